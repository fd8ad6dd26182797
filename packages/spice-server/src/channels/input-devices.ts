import type { KeyboardInterface, MouseInterface, TabletInterface } from '@lazyspice/core';
import type { KeyChange } from './held-keys.js';

/** Pointer buttons as clients number them: protocol §5.3. */
export const clientButtons = { left: 1, middle: 2, right: 4, up: 8, down: 16, side: 32, extra: 64 } as const;

/** A client's button mask as devices want it: left 1, right 2, middle 4, side 0x40, extra 0x80. */
export function deviceButtons(mask: number): number {
  const { left, middle, right } = clientButtons;
  return (mask & left) | (mask & right ? 2 : 0) | (mask & middle ? 4 : 0) | ((mask & 0xffe0) << 1);
}

/** Lock keys: scancode, which has no prefix, and light. */
const locks = [
  { code: 0x46, led: 1 },
  { code: 0x45, led: 2 },
  { code: 0x3a, led: 4 },
] as const;

/** How long after a lock key the lights are told again, in ms. */
const ledRepeatMs = 2000;

/**
 * The input devices of the machine, shared by all clients, and what is known of the keyboard's lights:
 * display-pipeline §18.1. Sans-IO.
 */
export class InputDevices {
  keyboard: KeyboardInterface | null = null;
  mouse: MouseInterface | null = null;
  tablet: TabletInterface | null = null;
  readonly #ledsChanged: (leds: number) => void;
  #leds = 0;
  /** Lights that a lock key being held has already toggled. */
  #heldLocks = 0;
  #wakeAt: number | null = null;

  /** @param ledsChanged clients must be told the lights. */
  constructor(ledsChanged: (leds: number) => void) {
    this.#ledsChanged = ledsChanged;
  }

  get leds(): number {
    return this.#leds;
  }

  /** When `tick` wants to be called, ms; null: not. */
  get wakeAt(): number | null {
    return this.#wakeAt;
  }

  tick(now: number): void {
    if (this.#wakeAt === null || now < this.#wakeAt) return;
    this.#wakeAt = null;
    this.#ledsChanged(this.#leds);
  }

  /** The guest's lights, which are the truth. */
  setLeds(leds: number): void {
    this.#leds = leds & 7;
    this.#ledsChanged(this.#leds);
  }

  /** One scancode byte from a client. */
  scancode(byte: number): void {
    this.keyboard?.scancode(byte);
  }

  /** A client's key: a lock key that goes down is taken to toggle its light. */
  keyChanged({ key, down }: KeyChange, now: number): void {
    const lock = locks.find(({ code }) => code === key);
    if (lock === undefined) return;
    if (!down) {
      this.#heldLocks &= ~lock.led;
    } else if ((this.#heldLocks & lock.led) === 0) {
      this.#heldLocks |= lock.led;
      this.#toggled(lock.led, now);
    }
  }

  /** A client wants these lights: the locks that differ are pressed and released, unless held. */
  wantLeds(leds: number, now: number): void {
    if (this.keyboard === null) return;
    for (const { code, led } of locks) {
      if (((leds ^ this.#leds) & led) === 0 || (this.#heldLocks & led) !== 0) continue;
      this.keyboard.scancode(code);
      this.keyboard.scancode(code | 0x80);
      this.#toggled(led, now);
    }
  }

  /** What is assumed until the guest says it; if it does not, clients are told again after a while. */
  #toggled(led: number, now: number): void {
    this.#leds ^= led;
    this.#wakeAt = now + ledRepeatMs;
  }
}
