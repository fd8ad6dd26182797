import type {
  ClientMonitor,
  GuestClipboard,
  Head,
  KeyboardInterface,
  KeyboardServer,
  MachineClock,
  MouseInterface,
  QxlCommand,
  QxlWorker,
  SpiceInterface,
  TabletInterface,
} from '@lazyspice/core';
import type { QxlLog } from '../../device/log.js';
import { cursor, type Pixels } from '../../recording/builder.js';
import { GuestSession } from '../guest-session.js';
import { layOutMonitors } from '../monitor-layout.js';
import { bell, Speaker } from '../sound/speaker.js';
import { Desktop } from './desktop.js';
import { KeyTranslator } from './keys.js';
import { ClockWindow, type DemoWindow, PlasmaWindow, TerminalWindow, titleHeight } from './window.js';

export interface DemoGuestOptions {
  readonly clock: MachineClock;
  /** Milliseconds since 1970, of the local day: what the clock shows. */
  time(): number;
  /** 0 <= value < 1: where windows drift to. */
  random(): number;
  /** F9 copies the terminal's last line to it, F10 pastes. */
  readonly clipboard?: GuestClipboard | null;
  readonly log?: QxlLog;
  /** Default 800x600. */
  readonly width?: number;
  readonly height?: number;
}

/** Milliseconds between two pictures of what moves. */
const framePeriod = 66;
const leftButton = 1;
/** Scancodes of F9 and F10. */
const clipboardKeys = { copy: 0x43, paste: 0x44 } as const;
/** Letters. */
const maxPaste = 2000;
/** What is heard at the end of a line in the terminal. */
const lineBell = bell(880, 8000, 0.3);
/** Sizes that clients may ask for. */
const monitorLimits = {
  smallest: { width: 400, height: 300 },
  largest: { width: 3840, height: 2160 },
  heads: 4,
} as const;
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** A small desktop: a clock, a terminal that rings a bell, a film, windows to move; drawn by a guest's driver on a QXL device. */
export class DemoGuest {
  readonly session: GuestSession;
  readonly #options: DemoGuestOptions;
  readonly #keys = new KeyTranslator();
  readonly #clockWindow = new ClockWindow();
  readonly #plasma = new PlasmaWindow();
  readonly #terminal = new TerminalWindow();
  readonly #speaker: Speaker;
  #desktop: Desktop;
  #keyboard: KeyboardServer | null = null;
  #pointer = { x: 400, y: 300 };
  #drag: { readonly window: DemoWindow; readonly dx: number; readonly dy: number } | null = null;
  #drift = { x: 1, y: 1 };
  #cancel: (() => void) | null = null;

  constructor(options: DemoGuestOptions) {
    this.#options = options;
    const { clock, log } = options;
    this.#speaker = new Speaker(clock);
    Object.assign(this.#clockWindow, { x: 40, y: 40 });
    Object.assign(this.#terminal, { x: 60, y: 300 });
    Object.assign(this.#plasma, { x: 400, y: 90 });
    const windows = [this.#clockWindow, this.#terminal, this.#plasma];
    this.#desktop = new Desktop(options.width ?? 800, options.height ?? 600, windows);
    this.session = new GuestSession({
      clock,
      name: 'demo',
      redraw: () => this.#redraw(),
      ...(log === undefined ? {} : { log }),
    });
    this.session.driver.onClientMonitors = (monitors) => this.#resize(monitors);
    const { width, height } = this.#desktop;
    this.#start([{ id: 0, surfaceId: 0, width, height, x: 0, y: 0, flags: 0 }]);
  }

  /** What SPICE is offered. */
  get interfaces(): readonly SpiceInterface[] {
    const { device } = this.#speaker;
    return [this.session.display, this.#keyboardInterface(), this.#tablet(), this.#mouse(), device];
  }

  get worker(): QxlWorker | null {
    return this.session.worker;
  }

  get size(): { readonly width: number; readonly height: number } {
    return this.#desktop;
  }

  get terminalLines(): readonly string[] {
    return this.#terminal.lines;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#speaker.stop();
    this.session.stop();
  }

  #start(heads: readonly Head[]): void {
    const { width, height } = this.#desktop;
    this.session.createPrimary(width, height);
    this.#redraw();
    void this.session.driver.setMonitors(heads, monitorLimits.heads);
    this.#tick();
  }

  #redraw(): void {
    this.#clockWindow.setTime(this.#options.time());
    this.session.draw([
      ...this.#desktop.paintAll(),
      cursor(this.#pointer, arrow(), { hotSpot: { x: 1, y: 1 } }),
    ]);
  }

  #resize(monitors: readonly ClientMonitor[]): void {
    const layout = layOutMonitors(monitors, monitorLimits);
    if (layout === null) return;
    const { width, height, heads } = layout;
    const sameSize = width === this.#desktop.width && height === this.#desktop.height;
    if (sameSize) {
      void this.session.driver.setMonitors(heads, monitorLimits.heads);
      return;
    }
    this.#drag = null;
    this.#cancel?.();
    this.#desktop = new Desktop(width, height, this.#desktop.windows);
    this.#start(heads);
  }

  #tick(): void {
    this.#cancel = this.#options.clock.after(framePeriod, () => this.#tick());
    // When the device is behind, pictures are left out, not piled up.
    if (!this.session.keepsUp) return;
    const commands: QxlCommand[] = [];
    this.#plasma.setTime(this.#options.clock.now());
    commands.push(...this.#desktop.paintParts(this.#plasma, this.#plasma.face()));
    if (this.#clockWindow.setTime(this.#options.time())) {
      commands.push(...this.#desktop.paintParts(this.#clockWindow, this.#clockWindow.face()));
    }
    commands.push(...this.#driftTop());
    this.session.draw(commands);
  }

  /** Nobody drags: the film's window drifts by itself while it is uppermost. */
  #driftTop(): QxlCommand[] {
    const { x, y, width, height } = this.#plasma;
    if (this.#drag !== null || this.#desktop.windows.at(-1) !== this.#plasma) return [];
    if (this.#options.random() < 0.01) this.#drift = { x: -this.#drift.x, y: this.#drift.y };
    if (x <= 0 || x + width >= this.#desktop.width) this.#drift = { ...this.#drift, x: x <= 0 ? 1 : -1 };
    if (y <= 0 || y + height >= this.#desktop.height) this.#drift = { ...this.#drift, y: y <= 0 ? 1 : -1 };
    return this.#desktop.move(this.#plasma, x + 2 * this.#drift.x, y + this.#drift.y);
  }

  #point(x: number, y: number, buttons: number): void {
    this.#pointer = { x: clamp(x, 0, this.#desktop.width - 1), y: clamp(y, 0, this.#desktop.height - 1) };
    const commands: QxlCommand[] = [{ type: 'cursorMove', position: this.#pointer }];
    const pressed = (buttons & leftButton) !== 0;
    if (!pressed) this.#drag = null;
    else if (this.#drag === null) commands.push(...this.#press());
    else {
      const { window, dx, dy } = this.#drag;
      commands.push(...this.#desktop.move(window, this.#pointer.x - dx, this.#pointer.y - dy));
    }
    this.session.draw(commands);
  }

  #press(): QxlCommand[] {
    const { x, y } = this.#pointer;
    const window = this.#desktop.windowAt(x, y);
    if (window === null) return [];
    // Only the title is a handle; elsewhere a press just brings the window up.
    if (y - window.y < titleHeight) this.#drag = { window, dx: x - window.x, dy: y - window.y };
    return this.#desktop.raise(window);
  }

  #key(byte: number): void {
    const before = this.#keys.leds;
    const letter = this.#keys.key(byte);
    if (this.#keys.leds !== before) this.#keyboard?.setLeds(this.#keys.leds);
    if (byte === clipboardKeys.copy) this.#options.clipboard?.offerText(this.#terminal.lines.at(-1) ?? '');
    if (byte === clipboardKeys.paste) void this.#paste();
    if (letter !== null) this.#type(letter);
  }

  /** What others have copied, without what a terminal has no letter for, and no more than a screenful. */
  async #paste(): Promise<void> {
    const text = (await this.#options.clipboard?.readText()) ?? '';
    for (const letter of text.slice(0, maxPaste)) if (letter === '\n' || letter >= ' ') this.#type(letter);
  }

  #type(letter: string): void {
    const lines = this.#terminal.lines.length;
    this.#terminal.type(letter);
    if (letter === '\n') this.#speaker.play(lineBell);
    const same = this.#terminal.lines.length === lines && letter !== '\n';
    const top = this.#desktop.windows.at(-1) === this.#terminal;
    const parts = same ? this.#terminal.lastLine() : this.#terminal.parts(top);
    this.session.draw(this.#desktop.paintParts(this.#terminal, parts));
  }

  #keyboardInterface(): KeyboardInterface {
    return {
      kind: 'keyboard',
      name: 'keyboard',
      scancode: (byte) => this.#key(byte),
      attached: (server) => {
        this.#keyboard = server;
        server.setLeds(this.#keys.leds);
      },
      detached: () => {
        this.#keyboard = null;
      },
    };
  }

  #tablet(): TabletInterface {
    return {
      kind: 'tablet',
      name: 'tablet',
      setLogicalSize: () => {},
      position: (x, y, buttons) => this.#point(x, y, buttons),
      wheel: () => {},
      buttons: (buttons) => this.#point(this.#pointer.x, this.#pointer.y, buttons),
    };
  }

  #mouse(): MouseInterface {
    return {
      kind: 'mouse',
      name: 'mouse',
      motion: (dx, dy, _, buttons) => this.#point(this.#pointer.x + dx, this.#pointer.y + dy, buttons),
      buttons: (buttons) => this.#point(this.#pointer.x, this.#pointer.y, buttons),
    };
  }
}

const arrowRows = [
  'X               ',
  'XX              ',
  'X.X             ',
  'X..X            ',
  'X...X           ',
  'X....X          ',
  'X.....X         ',
  'X......X        ',
  'X.......X       ',
  'X........X      ',
  'X.....XXXXX     ',
  'X..X..X         ',
  'X.X X..X        ',
  'XX  X..X        ',
  'X    X..X       ',
  '     XXXX       ',
];

/** The pointer, with a soft shadow: premultiplied pixels with alpha. */
function arrow(): Pixels {
  const [width, height] = [20, 20];
  const data = new Uint8Array(width * height * 4);
  const words = new DataView(data.buffer);
  for (const [y, row] of arrowRows.entries()) {
    for (const [x, letter] of [...row].entries()) {
      if (letter === ' ') continue;
      const shadow = ((y + 3) * width + x + 3) * 4;
      if (words.getUint32(shadow, true) === 0) words.setUint32(shadow, 0x5000_0000, true);
    }
  }
  for (const [y, row] of arrowRows.entries()) {
    for (const [x, letter] of [...row].entries()) {
      if (letter !== ' ')
        words.setUint32((y * width + x) * 4, letter === 'X' ? 0xff00_0000 : 0xffff_ffff, true);
    }
  }
  return { width, height, data };
}
