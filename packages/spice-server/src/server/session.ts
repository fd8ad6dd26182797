import type { SpiceChannelInfo } from '@lazyspice/core';
import type { MainChannel } from '../channels/main.js';
import { MediaTime } from '../channels/media-time.js';
import { GlzEncoder } from '../codecs/glz/glz-encoder.js';
import { PixmapCache } from '../display/images/pixmap-cache.js';
import { channelTypes } from '../protocol/channel-types.js';
import type { Connection } from './connection.js';
import type { ParkedLinks } from './parked-links.js';

/** The format's limit: codecs, GLZ. */
const maxWindowPixels = 1 << 25;
/** Dictionaries of one client. */
const maxDictionaries = 4;

/** One client: its main channel and the channels opened in its name. */
export class Session {
  /** Random, not 0: clients quote it when they open further channels. */
  readonly id: number;
  /** When the client came, for `query-spice`. */
  readonly connections = new Map<string, Connection>();
  main: MainChannel | null = null;
  /** Its channels while the client is about to come over from another server; null: it is here. */
  parked: ParkedLinks | null = null;
  /** The clock of pictures and sound. */
  readonly media = new MediaTime();
  /** The client keeps to the protocol's caches; false for clients like spice-html5. */
  usesCaches = true;
  readonly #dictionaries = new Map<number, GlzEncoder>();
  readonly #pixmaps = new Map<number, PixmapCache>();

  constructor(id: number) {
    this.id = id;
  }

  static key(channel: string, id: number): string {
    return `${channel}:${id}`;
  }

  /** The room in the client's image cache with this id, shared by its display channels; the first one says how much. */
  pixmaps(id: number, pixels: number): PixmapCache {
    let cache = this.#pixmaps.get(id);
    if (cache === undefined) {
      cache = new PixmapCache(pixels);
      this.#pixmaps.set(id, cache);
    }
    return cache;
  }

  /**
   * The GLZ dictionary with this id, shared by the client's display channels; its window, in pixels, is what the
   * first of them asked for. Null: the client has no GLZ.
   */
  dictionary(id: number, windowPixels: number): GlzEncoder | null {
    if (windowPixels <= 0) return null;
    let dictionary = this.#dictionaries.get(id);
    if (dictionary === undefined) {
      if (this.#dictionaries.size >= maxDictionaries) return null;
      dictionary = new GlzEncoder({ windowPixels: Math.min(windowPixels, maxWindowPixels) });
      this.#dictionaries.set(id, dictionary);
    }
    return dictionary;
  }

  /** A display channel ended: images it had not sent must not be referred to by the others. */
  resetDictionaries(): void {
    for (const dictionary of this.#dictionaries.values()) dictionary.reset();
  }

  /** When anything last came from the client, on whatever channel, ms; 0: nothing yet. */
  get heardAt(): number {
    let latest = 0;
    for (const { heardAt } of this.connections.values()) latest = Math.max(latest, heardAt);
    return latest;
  }

  /** What `query-spice` tells of one of its connections. */
  channelInfo({ stream, channel }: Connection): SpiceChannelInfo {
    return {
      ...stream.address,
      connectionId: this.id,
      channelType: channelTypes[channel.name],
      channelId: channel.id,
      tls: stream.secure,
    };
  }

  /** Names of its channels, in the order they were opened. */
  channelNames(): string[] {
    return [...this.connections.values()].map(({ channel }) => channel.name);
  }
}
