import type { DeviceButtons, MouseInterface, TabletInterface } from '@lazyspice/core';
import type { V86Emulator } from '../emulator/internals.js';

/** Left, right, middle. */
const buttonBits = 7;
/** The least size that positions may refer to. */
const leastSize = 16;
/** A PS/2 packet's motion is 9 bits with the sign. */
const maxDelta = 255;

/** The buttons of both pointers are one device's. */
class PointerButtons {
  readonly #emulator: V86Emulator;
  #shown = 0;

  constructor(emulator: V86Emulator) {
    this.#emulator = emulator;
  }

  set(buttons: DeviceButtons): void {
    const pressed = buttons & buttonBits;
    if (pressed === this.#shown) return;
    this.#shown = pressed;
    this.#emulator.bus.send('mouse-click', [(pressed & 1) !== 0, (pressed & 4) !== 0, (pressed & 2) !== 0]);
  }

  wheel(dz: number): void {
    // Up is positive for v86.
    if (dz !== 0) this.#emulator.bus.send('mouse-wheel', [-Math.sign(dz), 0]);
  }
}

/** The PS/2 mouse. */
class V86Mouse implements MouseInterface {
  readonly kind = 'mouse';
  readonly name = 'ps2-mouse';
  readonly #emulator: V86Emulator;
  readonly #buttons: PointerButtons;

  constructor(emulator: V86Emulator, buttons: PointerButtons) {
    this.#emulator = emulator;
    this.#buttons = buttons;
  }

  motion(dx: number, dy: number, dz: number, buttons: DeviceButtons): void {
    this.#buttons.set(buttons);
    let x = dx;
    let y = dy;
    while (x !== 0 || y !== 0) {
      const stepX = Math.max(-maxDelta, Math.min(maxDelta, x));
      const stepY = Math.max(-maxDelta, Math.min(maxDelta, y));
      x -= stepX;
      y -= stepY;
      // A PS/2 mouse counts upwards.
      this.#emulator.bus.send('mouse-delta', [stepX, -stepY]);
    }
    this.#buttons.wheel(dz);
  }

  buttons(buttons: DeviceButtons): void {
    this.#buttons.set(buttons);
  }
}

/** Absolute positions by the VMware backdoor, which Linux' psmouse driver knows. */
class V86Tablet implements TabletInterface {
  readonly kind = 'tablet';
  readonly name = 'vmmouse';
  readonly #emulator: V86Emulator;
  readonly #buttons: PointerButtons;
  #width = leastSize;
  #height = leastSize;

  constructor(emulator: V86Emulator, buttons: PointerButtons) {
    this.#emulator = emulator;
    this.#buttons = buttons;
  }

  setLogicalSize(width: number, height: number): void {
    this.#width = Math.max(leastSize, width);
    this.#height = Math.max(leastSize, height);
  }

  position(x: number, y: number, buttons: DeviceButtons): void {
    this.#emulator.bus.send('mouse-absolute', [x, y, this.#width, this.#height]);
    // The backdoor has no interrupt of its own: a PS/2 packet makes the guest ask it.
    this.#emulator.bus.send('mouse-delta', [1, 0]);
    this.#buttons.set(buttons);
  }

  wheel(dz: number, buttons: DeviceButtons): void {
    this.#buttons.set(buttons);
    this.#buttons.wheel(dz);
  }

  buttons(buttons: DeviceButtons): void {
    this.#buttons.set(buttons);
  }
}

export interface Pointers {
  readonly mouse: MouseInterface;
  readonly tablet: TabletInterface;
}

/** Both pointers of a machine: the mouse is for guests that have not taken up the tablet. */
export function createPointers(emulator: V86Emulator): Pointers {
  const buttons = new PointerButtons(emulator);
  return { mouse: new V86Mouse(emulator, buttons), tablet: new V86Tablet(emulator, buttons) };
}
