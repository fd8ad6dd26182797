import type { OpusAccess } from '../channels/opus-access.js';
import type { OpusLibrary } from '../codecs/opus/contract.js';
import type { Log } from './events.js';

/** Loads libopus when the first channel asks for it. */
export class LazyOpus implements OpusAccess {
  readonly #log: Log;
  #library: OpusLibrary | null | undefined;
  #loading: Promise<void> | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  get library(): OpusLibrary | null | undefined {
    return this.#library;
  }

  request(done: () => void): void {
    this.#loading ??= this.#load();
    void this.#loading.then(done);
  }

  async #load(): Promise<void> {
    try {
      const { opusLibrary } = await import('../codecs/opus/opus.js');
      this.#library = opusLibrary;
    } catch (error) {
      this.#library = null;
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn(`sound is not compressed: Opus could not be loaded: ${reason}`);
    }
  }
}
