import type { TabletInterface } from '@lazyspice/core';
import type { InputDevices } from '../channels/input-devices.js';
import { type MouseModeState, mouseModes } from '../channels/main.js';
import type { QxlDisplay } from '../display/qxl-display.js';

/**
 * Whether clients place the pointer themselves (client mode) or send motions (server mode):
 * display-pipeline §14. Client mode needs an agent that takes the pointer, or a tablet and exactly one display; and no
 * primary that forbids it.
 */
export class PointerMode {
  readonly #devices: InputDevices;
  readonly #displays: ReadonlyMap<number, QxlDisplay>;
  readonly #changed: (state: MouseModeState) => void;
  readonly #agentTakesMouse: () => boolean;
  #current: number = mouseModes.server;
  #clientAllowed = false;
  /** What the tablet was told of its size. */
  #sized: { readonly tablet: TabletInterface; readonly width: number; readonly height: number } | null = null;

  constructor(
    devices: InputDevices,
    displays: ReadonlyMap<number, QxlDisplay>,
    changed: (state: MouseModeState) => void,
    agentTakesMouse: () => boolean = () => false,
  ) {
    this.#devices = devices;
    this.#displays = displays;
    this.#changed = changed;
    this.#agentTakesMouse = agentTakesMouse;
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
    // Without a primary, as between two resolutions, nothing speaks against it: the mode need not change twice.
    const primaryAllows = display === undefined || display.primary === undefined || display.mouseAllowed;
    const byTablet = tablet !== null && this.#displays.size === 1 && primaryAllows;
    const allowed = byTablet || (this.#agentTakesMouse() && primaryAllows);
    if (!byTablet) this.#sized = null;
    else if (display?.primary !== undefined) this.#tellSize(tablet, display.primary);
    if (allowed === this.#clientAllowed) return;
    this.#clientAllowed = allowed;
    if (!allowed) this.#current = mouseModes.server;
    this.#changed(this.state);
  }

  #tellSize(
    tablet: TabletInterface,
    { width, height }: { readonly width: number; readonly height: number },
  ): void {
    const sized = this.#sized;
    if (sized?.tablet === tablet && sized.width === width && sized.height === height) return;
    this.#sized = { tablet, width, height };
    tablet.setLogicalSize(width, height);
  }
}
