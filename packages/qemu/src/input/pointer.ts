import type { DeviceButtons, MouseInterface, TabletInterface } from '@lazyspice/core';
import { type DisplayLink, type PointerButton, pointerButtons } from '../display/display-link.js';

/** The bits of `DeviceButtons` and QEMU's numbers for them. */
const bits: readonly (readonly [bit: number, button: PointerButton])[] = [
  [1, pointerButtons.left],
  [2, pointerButtons.right],
  [4, pointerButtons.middle],
  [0x40, pointerButtons.side],
  [0x80, pointerButtons.extra],
];

/** QEMU has one pointer, which the guest takes as a mouse or as a tablet; these are its two sides. */
export class QemuPointer {
  readonly #link: () => DisplayLink | null;
  #held = 0;
  readonly mouse: MouseInterface = {
    kind: 'mouse',
    name: 'mouse',
    motion: (dx, dy, dz, buttons) => {
      if (dx !== 0 || dy !== 0) this.#link()?.motion(dx, dy);
      this.#wheel(dz);
      this.#buttons(buttons);
    },
    buttons: (buttons) => this.#buttons(buttons),
  };
  readonly tablet: TabletInterface = {
    kind: 'tablet',
    name: 'tablet',
    // Positions are given in pixels of the picture, which QEMU knows.
    setLogicalSize: () => {},
    position: (x, y, buttons) => {
      this.#link()?.position(0, x, y);
      this.#buttons(buttons);
    },
    wheel: (dz, buttons) => {
      this.#wheel(dz);
      this.#buttons(buttons);
    },
    buttons: (buttons) => this.#buttons(buttons),
  };

  constructor(link: () => DisplayLink | null) {
    this.#link = link;
  }

  #buttons(buttons: DeviceButtons): void {
    const changed = buttons ^ this.#held;
    this.#held = buttons;
    for (const [bit, button] of bits) {
      if ((changed & bit) !== 0) this.#link()?.button(button, (buttons & bit) !== 0);
    }
  }

  /** A step of the wheel: -1 up, 1 down. */
  #wheel(dz: number): void {
    if (dz === 0) return;
    const button = dz < 0 ? pointerButtons.wheelUp : pointerButtons.wheelDown;
    this.#link()?.button(button, true);
    this.#link()?.button(button, false);
  }
}
