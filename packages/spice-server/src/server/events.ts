import type { SpiceEvent } from '@lazyspice/core';

export type EventSink = (event: SpiceEvent) => void;

/** Logging without timestamps or targets: whoever owns the server adds them. */
export class Log {
  readonly #sink: EventSink;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  debug(message: string): void {
    this.#sink({ event: 'log', level: 'debug', message });
  }

  info(message: string): void {
    this.#sink({ event: 'log', level: 'info', message });
  }

  warn(message: string): void {
    this.#sink({ event: 'log', level: 'warn', message });
  }
}
