import type { MonitorBackend } from '../monitor-backend.js';
import { versionInfo } from '../version.js';
import { runHmpLine } from './run-line.js';

/** Bytes of one line. */
const maxLine = 4096;
/** Lines that wait for their turn. */
const maxWaiting = 256;

const prompt = '(qemu) ';

export interface HmpSessionOptions {
  readonly backend: MonitorBackend;
  readonly output: (text: string) => void;
}

/** One client of the monitor for people: bytes in, text out, line by line. */
export class HmpSession {
  readonly #options: HmpSessionOptions;
  readonly #decoder = new TextDecoder();
  readonly #lines: string[] = [];
  #rest = '';
  #work: Promise<void> | null = null;
  #closed = false;

  /** Gives out the greeting and the first prompt. */
  constructor(options: HmpSessionOptions) {
    this.#options = options;
    options.output(`${versionInfo.package} monitor - type 'help' for more information\n${prompt}`);
  }

  /** Never throws. Lines that are too long, or too many at a time, are dropped with a word about it. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > maxLine) {
      this.#rest = '';
      this.#options.output('Error: the line is too long\n');
    }
    for (const line of parts) {
      if (line.length <= maxLine && this.#lines.length < maxWaiting) this.#lines.push(line);
      else this.#options.output('Error: a line was dropped\n');
    }
    if (this.#lines.length > 0) {
      this.#work ??= this.#runAll().finally(() => {
        this.#work = null;
      });
    }
  }

  /** Resolves when every line received so far has been answered. */
  async idle(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  close(): void {
    this.#closed = true;
    this.#lines.length = 0;
  }

  async #runAll(): Promise<void> {
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      const text = await runHmpLine(line, this.#options.backend);
      if (!this.#closed) this.#options.output(`${text}${prompt}`);
    }
  }
}
