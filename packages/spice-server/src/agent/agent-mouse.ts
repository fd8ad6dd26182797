import { agentClient, wholeMessage } from '@lazyspice/core/agent';

/** Where a client has put the pointer, in pixels of display `displayId`; buttons as clients number them. */
export interface AgentMouseState {
  readonly x: number;
  readonly y: number;
  readonly buttons: number;
  readonly displayId: number;
}

/** States with other buttons that may wait for the agent; then only the last one counts. */
const maxWaiting = 64;
/** Client buttons: bits 3 and 4 are the wheel. */
const wheelBits = { up: 8, down: 16 } as const;

/** The pointer in the hands of the agent: display-pipeline §18.1. Of several motions that wait only the last is told. */
export class AgentMouse {
  readonly #ready: () => void;
  #waiting: AgentMouseState[] = [];
  #last: AgentMouseState = { x: 0, y: 0, buttons: 0, displayId: 0 };

  /** @param ready there is something to take. */
  constructor(ready: () => void) {
    this.#ready = ready;
  }

  position(x: number, y: number, buttons: number, displayId: number): void {
    this.#put({ x: x >>> 0, y: y >>> 0, buttons: withoutWheel(buttons), displayId: displayId & 0xff });
  }

  buttons(buttons: number): void {
    this.#put({ ...this.#last, buttons: withoutWheel(buttons) });
  }

  /** One step: the wheel's button goes down, and up again. */
  wheel(dz: number, buttons: number): void {
    const bit = dz < 0 ? wheelBits.up : wheelBits.down;
    this.#put({ ...this.#last, buttons: withoutWheel(buttons) | bit });
    this.#put({ ...this.#last, buttons: withoutWheel(buttons) });
  }

  reset(): void {
    this.#waiting = [];
  }

  /** The next message for the agent; null: none waits. */
  take(): Uint8Array | null {
    const state = this.#waiting.shift();
    if (state === undefined) return null;
    return wholeMessage(agentClient.mouseState, { ...state, buttons: (state.buttons << 1) >>> 0 });
  }

  #put(state: AgentMouseState): void {
    const waiting = this.#waiting.at(-1);
    const before = this.#waiting.at(-2)?.buttons;
    // A motion replaces one that waits, but not the press or release that it may have been.
    if (waiting !== undefined && waiting.buttons === state.buttons && before === state.buttons) {
      this.#waiting.pop();
    } else if (this.#waiting.length >= maxWaiting) this.#waiting.pop();
    this.#waiting.push(state);
    this.#last = state;
    this.#ready();
  }
}

const withoutWheel = (buttons: number): number => buttons & ~(wheelBits.up | wheelBits.down);
