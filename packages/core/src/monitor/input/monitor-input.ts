import type { KeyboardInterface, MouseInterface, TabletInterface } from '../../contracts/interfaces.js';
import { QmpError } from '../qmp-error.js';
import { type MonitorKey, scancodes } from './qcodes.js';

/** The machine's input devices, as they are at the moment. */
export interface InputTargets {
  keyboard(): KeyboardInterface | null;
  mouse(): MouseInterface | null;
  tablet(): TabletInterface | null;
  /** Pixels of the first display, which absolute positions refer to; null: there is no picture. */
  displaySize(): Promise<{ readonly width: number; readonly height: number } | null>;
}

/** QEMU's button names and the bits that devices have for them; a wheel turns by one step. */
const buttonBits = { left: 1, right: 2, middle: 4, side: 0x40, extra: 0x80 } as const;
const wheels = { 'wheel-up': -1, 'wheel-down': 1 } as const;
export const buttonNames: readonly string[] = [...Object.keys(buttonBits), ...Object.keys(wheels)];

/** QEMU's absolute axes go from 0 to this. */
const maxAbsolute = 0x7fff;

export type MonitorInputEvent =
  | { readonly type: 'key'; readonly key: MonitorKey; readonly down: boolean }
  | { readonly type: 'btn'; readonly button: string; readonly down: boolean }
  | { readonly type: 'rel' | 'abs'; readonly axis: 'x' | 'y'; readonly value: number };

/** Input that comes from a monitor: it remembers which buttons it holds and where the pointer is. */
export class MonitorInput {
  readonly #targets: InputTargets;
  #buttons = 0;
  #x = 0;
  #y = 0;

  constructor(targets: InputTargets) {
    this.#targets = targets;
  }

  /** @throws QmpError when there is no such key, or no keyboard. */
  key(key: MonitorKey, down: boolean): void {
    const bytes = scancodes(key, down);
    if (bytes === null)
      throw new QmpError('GenericError', `Parameter 'keys' does not accept value '${key.data}'`);
    const keyboard = this.#targets.keyboard();
    if (keyboard === null) throw new QmpError('GenericError', 'There is no keyboard');
    for (const byte of bytes) keyboard.scancode(byte);
  }

  /** Events that happen at once. @throws QmpError */
  async send(events: readonly MonitorInputEvent[]): Promise<void> {
    let dx = 0;
    let dy = 0;
    let placed = false;
    for (const event of events) {
      if (event.type === 'key') this.key(event.key, event.down);
      else if (event.type === 'btn') this.#button(event.button, event.down);
      else if (event.type === 'rel') {
        if (event.axis === 'x') dx += event.value;
        else dy += event.value;
      } else {
        if (event.axis === 'x') this.#x = event.value;
        else this.#y = event.value;
        placed = true;
      }
    }
    if (dx !== 0 || dy !== 0) this.move(dx, dy, 0);
    if (placed) await this.#place();
  }

  /** Moves the mouse by pixels and turns its wheel, -1 up. */
  move(dx: number, dy: number, dz: number): void {
    const mouse = this.#targets.mouse();
    if (mouse !== null) mouse.motion(dx, dy, dz, this.#buttons);
    else if (dz !== 0) this.#targets.tablet()?.wheel(dz, this.#buttons);
  }

  /** Sets all buttons: left 1, right 2, middle 4. */
  buttons(state: number): void {
    this.#buttons = state;
    const device = this.#targets.tablet() ?? this.#targets.mouse();
    device?.buttons(state);
  }

  #button(name: string, down: boolean): void {
    const dz = wheels[name as keyof typeof wheels];
    if (dz !== undefined) {
      if (down) this.#wheel(dz);
      return;
    }
    const bit = buttonBits[name as keyof typeof buttonBits];
    this.buttons(down ? this.#buttons | bit : this.#buttons & ~bit);
  }

  #wheel(dz: number): void {
    const tablet = this.#targets.tablet();
    if (tablet === null) this.#targets.mouse()?.motion(0, 0, dz, this.#buttons);
    else tablet.wheel(dz, this.#buttons);
  }

  async #place(): Promise<void> {
    const size = await this.#targets.displaySize();
    const tablet = this.#targets.tablet();
    if (size === null || tablet === null) throw new QmpError('GenericError', 'There is no absolute pointer');
    const pixel = (value: number, pixels: number): number =>
      Math.round((Math.min(maxAbsolute, Math.max(0, value)) * (pixels - 1)) / maxAbsolute);
    tablet.position(pixel(this.#x, size.width), pixel(this.#y, size.height), this.#buttons);
  }
}
