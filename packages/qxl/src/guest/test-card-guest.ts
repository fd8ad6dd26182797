import type {
  KeyboardInterface,
  KeyboardServer,
  MachineClock,
  MouseInterface,
  QxlCommand,
  QxlWorker,
  SpiceInterface,
  TabletInterface,
} from '@lazyspice/core';
import type { QxlLog } from '../device/log.js';
import { copy, cursor, fill, imageOf, rectAt } from '../recording/builder.js';
import { EchoPort } from './echo-port.js';
import { filmPicture } from './film.js';
import { GuestSession } from './guest-session.js';
import { Microphone } from './sound/microphone.js';
import { Speaker, tone } from './sound/speaker.js';

export interface TestCardGuestOptions {
  readonly clock: MachineClock;
  /** Is given every input as one line, and each second what is recorded. */
  print(line: string): void;
  readonly log?: QxlLog;
  /** Shows a moving picture at the centre. */
  readonly video?: boolean;
}

const width = 640;
const height = 400;
const film = { width: 200, height: 120, periodMs: 40 } as const;
const capsLockCode = 0x3a;
const capsLockLed = 4;
/** Scancodes of keys that act on the sound: s, p, m and v. */
const soundKeys = { silence: 0x1f, play: 0x19, mute: 0x32, volume: 0x2f } as const;
const fullVolume = 0xffff;
const cardTone = tone(1000, 10_000);

/**
 * A guest with a fixed picture for testing clients: four coloured quadrants, of which every key press flips the fourth
 * between white and black; a pointer; a tablet; a tone of 1000 Hz, which the keys s, p, m and v stop, play, mute, and turn
 * down and up; a microphone; a port that answers in upper case, and a serial line that answers each letter in brackets and
 * tells what comes from keyboard and mouse.
 */
export class TestCardGuest {
  readonly session: GuestSession;
  readonly #print: (line: string) => void;
  readonly #speaker: Speaker;
  readonly #microphone: Microphone;
  readonly #echo = new EchoPort('org.test.echo.0', (text) => text.toUpperCase());
  readonly #serial = new EchoPort('org.qemu.console.serial.0', (text) => text.replaceAll(/./gs, '[$&]'));
  #keyboard: KeyboardServer | null = null;
  #leds = 0;
  #black = false;
  #cancelFilm: (() => void) | null = null;

  constructor(options: TestCardGuestOptions) {
    const { clock, print, log } = options;
    this.#print = print;
    this.session = new GuestSession({
      clock,
      name: 'test card',
      redraw: () => this.#redraw(),
      ...(log === undefined ? {} : { log }),
    });
    this.session.createPrimary(width, height);
    this.#redraw();
    this.#speaker = new Speaker(clock);
    this.#speaker.play(cardTone);
    this.#microphone = new Microphone(clock, print);
    if (options.video) this.#playFilm(clock, 0);
  }

  /** What SPICE is offered. */
  get interfaces(): readonly SpiceInterface[] {
    const sound = [this.#speaker.device, this.#microphone.device];
    const ports = [this.#echo.device, this.#serial.device];
    return [
      this.session.display,
      this.#keyboardInterface(),
      this.#mouse(),
      this.#tablet(),
      ...sound,
      ...ports,
    ];
  }

  get worker(): QxlWorker | null {
    return this.session.worker;
  }

  stop(): void {
    this.#speaker.stop();
    this.#microphone.stop();
    this.#cancelFilm?.();
    this.session.stop();
  }

  #redraw(): void {
    const [w, h] = [width / 2, height / 2];
    this.session.draw([
      fill(rectAt(0, 0, w, h), 0xff0000),
      fill(rectAt(w, 0, w, h), 0x00ff00),
      fill(rectAt(0, h, w, h), 0x0000ff),
      this.#fourthQuadrant(),
      pointer(),
    ]);
  }

  /** Shows picture `step` of the film, and later the next. When the device is behind, pictures are left out. */
  #playFilm(clock: MachineClock, step: number): void {
    this.#cancelFilm = clock.after(film.periodMs, () => this.#playFilm(clock, step + 1));
    if (!this.session.keepsUp) return;
    const at = { x: (width - film.width) / 2, y: (height - film.height) / 2 };
    this.session.draw([copy(at, imageOf(filmPicture(film.width, film.height, step)))]);
  }

  #fourthQuadrant(): QxlCommand {
    const color = this.#black ? 0x000000 : 0xffffff;
    return fill(rectAt(width / 2, height / 2, width / 2, height / 2), color);
  }

  #key(byte: number): void {
    this.#print(`key ${byte.toString(16).padStart(2, '0')}`);
    this.#serial.say(`k${hexByte(byte)}`);
    if (byte === capsLockCode) {
      this.#leds ^= capsLockLed;
      this.#keyboard?.setLeds(this.#leds);
    }
    if (byte >= 0x80) return;
    this.#soundKey(byte);
    this.#black = !this.#black;
    this.session.draw([this.#fourthQuadrant()]);
  }

  #soundKey(code: number): void {
    const speaker = this.#speaker;
    if (code === soundKeys.silence) speaker.stop();
    if (code === soundKeys.play) speaker.play(cardTone);
    if (code === soundKeys.mute) speaker.isMuted = !speaker.isMuted;
    if (code === soundKeys.volume)
      speaker.volume = speaker.volume === fullVolume ? fullVolume >> 1 : fullVolume;
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
      motion: (dx, dy, dz, buttons) => {
        this.#print(`mouse motion ${dx},${dy} wheel ${dz} buttons ${buttons.toString(16)}`);
        this.#serial.say(mousePacket(dx, -dy, buttons));
      },
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

const hexByte = (byte: number): string => (byte & 0xff).toString(16).toUpperCase().padStart(2, '0');

/** The bytes of a PS/2 mouse, whose y axis goes up. */
function mousePacket(dx: number, up: number, buttons: number): string {
  const flags = 0x08 | (buttons & 7) | (dx < 0 ? 0x10 : 0) | (up < 0 ? 0x20 : 0);
  return [flags, dx, up].map((byte) => `m${hexByte(byte)}`).join('');
}

/** A 24x16 alpha pointer: the left half opaque, the right half clear. */
function pointer(): QxlCommand {
  const [w, h] = [24, 16];
  const data = new Uint8Array(w * h * 4);
  for (let i = 0; i < w * h; i++) if (i % w < w / 2) data.set([0xff, 0x80, 0x00, 0xff], i * 4);
  return cursor({ x: 100, y: 50 }, { width: w, height: h, data }, { hotSpot: { x: 3, y: 5 }, unique: 1n });
}
