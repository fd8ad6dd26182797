import type { SpiceStatistics } from '@lazyspice/core';
import type { Connection } from './connection.js';

interface Totals {
  sentBytes: number;
  receivedBytes: number;
}

/** Counts connections and their bytes by channel type, those that have ended included. */
export class Traffic {
  /** Connections that were linked. */
  connections = 0;
  /** Connections that never were. */
  refused = 0;
  readonly #ended = new Map<string, Totals>();

  ended({ channel, sentBytes, receivedBytes }: Connection): void {
    const totals = this.#totals(channel.name);
    totals.sentBytes += sentBytes;
    totals.receivedBytes += receivedBytes;
  }

  /** Totals, with what the `open` connections have sent so far. */
  channels(open: Iterable<Connection>): SpiceStatistics['channels'] {
    const channels: Record<string, { open: number; sentBytes: number; receivedBytes: number }> = {};
    for (const [name, totals] of this.#ended) channels[name] = { open: 0, ...totals };
    for (const { channel, sentBytes, receivedBytes } of open) {
      channels[channel.name] ??= { open: 0, sentBytes: 0, receivedBytes: 0 };
      const counted = channels[channel.name];
      counted.open++;
      counted.sentBytes += sentBytes;
      counted.receivedBytes += receivedBytes;
    }
    return channels;
  }

  #totals(name: string): Totals {
    let totals = this.#ended.get(name);
    if (totals === undefined) {
      totals = { sentBytes: 0, receivedBytes: 0 };
      this.#ended.set(name, totals);
    }
    return totals;
  }
}
