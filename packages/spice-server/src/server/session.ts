import type { MainChannel } from '../channels/main.js';
import type { Connection } from './connection.js';

/** One client: its main channel and the channels opened in its name. */
export class Session {
  /** Random, not 0: clients quote it when they open further channels. */
  readonly id: number;
  /** When the client came, for `query-spice`. */
  readonly connections = new Map<string, Connection>();
  main: MainChannel | null = null;
  /** The client keeps to the protocol's caches; false for clients like spice-html5. */
  usesCaches = true;

  constructor(id: number) {
    this.id = id;
  }

  static key(channel: string, id: number): string {
    return `${channel}:${id}`;
  }

  /** Names of its channels, in the order they were opened. */
  channelNames(): string[] {
    return [...this.connections.values()].map(({ channel }) => channel.name);
  }
}
