import type { OpusLibrary } from '../codecs/opus/contract.js';

/** Opus, which is loaded when the first channel wants it. */
export interface OpusAccess {
  /** Undefined: not loaded yet; null: it cannot be had. */
  readonly library: OpusLibrary | null | undefined;
  /** Has it loaded; `done` is called once, later, when `library` is defined. */
  request(done: () => void): void;
}
