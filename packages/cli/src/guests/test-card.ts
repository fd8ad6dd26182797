import type {
  KeyboardInterface,
  KeyboardServer,
  Mask,
  MouseInterface,
  QxlCommand,
  QxlInterface,
  QxlWorker,
  SpiceInterface,
  TabletInterface,
} from '@lazyspice/core';

const width = 640;
const height = 400;
const capsLockCode = 0x3a;
const capsLockLed = 4;
const noMask: Mask = { flags: 0, position: { x: 0, y: 0 }, image: null };

function fill(left: number, top: number, right: number, bottom: number, color: number): QxlCommand {
  return {
    type: 'draw',
    drawable: {
      surfaceId: 0,
      box: { top, left, bottom, right },
      clip: null,
      effect: 1,
      mmTime: 0,
      selfBitmapArea: null,
      dependencies: [],
      operation: { type: 'fill', brush: { type: 'solid', color }, rop: 8, mask: noMask },
    },
  };
}

/** A 24×16 alpha pointer: the left half opaque, the right half clear. */
function pointer(): QxlCommand {
  const [w, h] = [24, 16];
  const data = new Uint8Array(w * h * 4);
  for (let i = 0; i < w * h; i++) if (i % w < w / 2) data.set([0xff, 0x80, 0x00, 0xff], i * 4);
  const shape = { unique: 1n, type: 0, width: w, height: h, hotSpotX: 3, hotSpotY: 5, data } as const;
  return { type: 'cursorSet', position: { x: 100, y: 50 }, visible: true, shape };
}

/**
 * A machine with a fixed picture for testing clients: four coloured quadrants, of which every key press flips
 * the fourth between white and black; a pointer; a tablet. It speaks QXL through the contracts like any device.
 */
export class TestCard {
  readonly #print: (line: string) => void;
  #worker: QxlWorker | null = null;
  #keyboard: KeyboardServer | null = null;
  #leds = 0;
  #black = false;

  /** @param print is given every input as one line. */
  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** The worker of its display, while the server is there. */
  get worker(): QxlWorker | null {
    return this.#worker;
  }

  interfaces(): SpiceInterface[] {
    return [this.#display(), this.#keyboardInterface(), this.#mouse(), this.#tablet()];
  }

  #display(): QxlInterface {
    return {
      kind: 'qxl',
      name: 'test card',
      channelId: 0,
      attached: (worker) => {
        this.#worker = worker;
        this.#draw([
          {
            type: 'primaryCreate',
            format: 32,
            width,
            height,
            stride: width * 4,
            mouseAllowed: true,
            data: null,
          },
          fill(0, 0, width / 2, height / 2, 0xff0000),
          fill(width / 2, 0, width, height / 2, 0x00ff00),
          fill(0, height / 2, width / 2, height, 0x0000ff),
          this.#fourthQuadrant(),
          pointer(),
        ]);
      },
      detached: () => {
        this.#worker = null;
      },
    };
  }

  #fourthQuadrant(): QxlCommand {
    return fill(width / 2, height / 2, width, height, this.#black ? 0x000000 : 0xffffff);
  }

  #draw(commands: readonly QxlCommand[]): void {
    for (const command of commands) this.#worker?.submit(command);
    this.#worker?.kick();
  }

  #key(byte: number): void {
    this.#print(`key ${byte.toString(16).padStart(2, '0')}`);
    if (byte === capsLockCode) {
      this.#leds ^= capsLockLed;
      this.#keyboard?.setLeds(this.#leds);
    }
    if (byte >= 0x80) return;
    this.#black = !this.#black;
    this.#draw([this.#fourthQuadrant()]);
  }

  #keyboardInterface(): KeyboardInterface {
    return {
      kind: 'keyboard',
      name: 'keyboard',
      scancode: (byte) => this.#key(byte),
      attached: (server) => {
        this.#keyboard = server;
        server.setLeds(this.#leds);
      },
      detached: () => {
        this.#keyboard = null;
      },
    };
  }

  #mouse(): MouseInterface {
    return {
      kind: 'mouse',
      name: 'mouse',
      motion: (dx, dy, dz, buttons) =>
        this.#print(`mouse motion ${dx},${dy} wheel ${dz} buttons ${buttons.toString(16)}`),
      buttons: (buttons) => this.#print(`mouse buttons ${buttons.toString(16)}`),
    };
  }

  #tablet(): TabletInterface {
    return {
      kind: 'tablet',
      name: 'tablet',
      setLogicalSize: (w, h) => this.#print(`tablet size ${w}x${h}`),
      position: (x, y, buttons) => this.#print(`tablet position ${x},${y} buttons ${buttons.toString(16)}`),
      wheel: (dz, buttons) => this.#print(`tablet wheel ${dz} buttons ${buttons.toString(16)}`),
      buttons: (buttons) => this.#print(`tablet buttons ${buttons.toString(16)}`),
    };
  }
}
