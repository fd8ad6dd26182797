import type { InputDevices } from '../channels/input-devices.js';
import { type MouseModeState, mouseModes } from '../channels/main.js';
import type { QxlDisplay } from '../display/qxl-display.js';

/**
 * Whether clients place the pointer themselves (client mode) or send motions (server mode):
 * display-pipeline §14. Client mode needs a tablet, exactly one display, and a primary that allows it.
 */
export class PointerMode {
  readonly #devices: InputDevices;
  readonly #displays: ReadonlyMap<number, QxlDisplay>;
  readonly #changed: (state: MouseModeState) => void;
  #current: number = mouseModes.server;
  #clientAllowed = false;
  #size = '';

  constructor(
    devices: InputDevices,
    displays: ReadonlyMap<number, QxlDisplay>,
    changed: (state: MouseModeState) => void,
  ) {
    this.#devices = devices;
    this.#displays = displays;
    this.#changed = changed;
  }

  get state(): MouseModeState {
    const supported = mouseModes.server | (this.#clientAllowed ? mouseModes.client : 0);
    return { supported, current: this.#current };
  }

  get isClient(): boolean {
    return this.#current === mouseModes.client;
  }

  /** A client asks for a mode; honoured when possible, for all clients. */
  request(mode: number): void {
    if (mode === this.#current) return;
    if (mode !== mouseModes.server && !(mode === mouseModes.client && this.#clientAllowed)) return;
    this.#current = mode;
    this.#changed(this.state);
  }

  /** A device or the primary came, went or changed. */
  update(): void {
    const [display] = this.#displays.values();
    const { tablet } = this.#devices;
    const allowed = tablet !== null && this.#displays.size === 1 && display.mouseAllowed;
    if (allowed && display.primary !== undefined) {
      const { width, height } = display.primary;
      const size = `${width}x${height}`;
      if (size !== this.#size) tablet.setLogicalSize(width, height);
      this.#size = size;
    } else {
      this.#size = '';
    }
    if (allowed === this.#clientAllowed) return;
    this.#clientAllowed = allowed;
    if (!allowed) this.#current = mouseModes.server;
    this.#changed(this.state);
  }
}
