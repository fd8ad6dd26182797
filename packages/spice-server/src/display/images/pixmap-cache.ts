/** How an image that the client keeps was sent. */
export interface ImageTraits {
  /** The client has it only roughly. */
  readonly lossy: boolean;
  /** It has no pixels of its own but indices into colours of surfaces without alpha. */
  readonly flat: boolean;
}
const plain: ImageTraits = { lossy: false, flat: false };

/** An image that the client has. */
export interface KnownImage extends ImageTraits {
  readonly key: bigint;
}

/** By channel id: the message up to which that channel must have come. */
export type Waits = ReadonlyMap<number, number>;

export interface DroppedImages {
  readonly keys: readonly bigint[];
  /** Where the images were used, on other channels. */
  readonly waits: Waits;
}

interface Entry {
  readonly key: bigint;
  readonly pixels: number;
  lossy: boolean;
  readonly flat: boolean;
  /** What its pixels are told by. */
  readonly content: string | null;
  /** Who calls it what: nearly always one. Arrays, since there are thousands of images for each client. */
  names: readonly Name[];
  /** The channel that sent it as it is now. */
  home: ChannelPixmaps;
  /** In which message that was, and the last one of each channel that shows it; 0: not written yet. */
  sentIn: number;
  readonly uses: Use[];
}

interface Name {
  readonly channel: ChannelPixmaps;
  readonly id: bigint;
}
interface Use {
  readonly channel: ChannelPixmaps;
  serial: number;
}

/**
 * The images that a client keeps, shared by its display channels: display-pipeline §8.2. Room is in pixels, the image
 * used longest ago makes room first. The client is told what to drop; it never drops anything by itself. There an
 * image has a key that no other one of the session ever has: guests give the same id to different images on different
 * displays. What one channel has sent another may show, once the client has come as far on the first.
 */
export class PixmapCache {
  readonly #capacity: number;
  readonly #channels = new Set<ChannelPixmaps>();
  /** By key, the one used longest ago first. */
  readonly #entries = new Map<bigint, Entry>();
  readonly #contents = new Map<string, Entry>();
  #used = 0;
  #count = 0n;

  /** @param capacity pixels; 0: nothing is cached. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Pixels in the cache. */
  get used(): number {
    return this.#used;
  }

  /** Whether several channels share it, so that it is worth looking at the content of images. */
  get isShared(): boolean {
    return this.#channels.size > 1;
  }

  /** The cache as one channel has it. @param channelId 0..255 */
  open(channelId: number): ChannelPixmaps {
    const channel = new ChannelPixmaps(this, channelId);
    this.#channels.add(channel);
    return channel;
  }

  leave(channel: ChannelPixmaps): void {
    for (const entry of [...this.#entries.values()]) {
      const used = entry.uses.findIndex((use) => use.channel === channel);
      if (used >= 0) entry.uses.splice(used, 1);
      entry.names = entry.names.filter((name) => name.channel !== channel);
      // Its images may never have arrived.
      if (entry.home === channel || entry.names.length === 0) this.#forget(entry);
    }
    this.#channels.delete(channel);
  }

  find(content: string): Entry | undefined {
    return this.#contents.get(content);
  }

  touch(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
  }

  add(made: Pick<Entry, 'pixels' | 'lossy' | 'flat' | 'content' | 'home'>, id: bigint): Entry {
    const { pixels, lossy, flat, content, home } = made;
    const names = [{ channel: home, id }];
    const key = ++this.#count;
    const entry: Entry = { key, pixels, lossy, flat, content, names, home, sentIn: 0, uses: [] };
    this.#entries.set(entry.key, entry);
    if (entry.content !== null) this.#contents.set(entry.content, entry);
    this.#used += entry.pixels;
    return entry;
  }

  /** Makes room; null: that cannot be without dropping one of `keep`, or at all. */
  makeRoom(pixels: number, keep: readonly bigint[]): Entry[] | null {
    const evicted: Entry[] = [];
    let free = this.#capacity - this.#used;
    for (const entry of this.#entries.values()) {
      if (free >= pixels) break;
      if (keep.includes(entry.key)) return null;
      evicted.push(entry);
      free += entry.pixels;
    }
    if (free < pixels) return null;
    for (const entry of evicted) this.#forget(entry);
    return evicted;
  }

  /** The channel means other images by its ids from now on. Returns those that nobody means any more. */
  renumber(channel: ChannelPixmaps): Entry[] {
    const unnamed: Entry[] = [];
    for (const entry of [...this.#entries.values()]) {
      const others = entry.names.filter((name) => name.channel !== channel);
      if (others.length === entry.names.length) continue;
      for (const name of entry.names) if (name.channel === channel) channel.forget(name.id);
      entry.names = others;
      if (others.length > 0) continue;
      unnamed.push(entry);
      this.#forget(entry);
    }
    return unnamed;
  }

  #forget(entry: Entry): void {
    for (const { channel, id } of entry.names) channel.forget(id);
    this.#entries.delete(entry.key);
    if (entry.content !== null && this.#contents.get(entry.content) === entry)
      this.#contents.delete(entry.content);
    this.#used -= entry.pixels;
  }
}

/** A client's images by the ids that the guest gives them on one display. */
export class ChannelPixmaps {
  readonly id: number;
  readonly #cache: PixmapCache;
  readonly #entries = new Map<bigint, Entry>();
  /** How far the client has been told to wait for other channels. */
  readonly #waited = new Map<ChannelPixmaps, number>();
  /** What the message at hand shows, and whether it brings it. */
  readonly #shown = new Map<Entry, boolean>();

  /** As `PixmapCache.open`. */
  constructor(cache: PixmapCache, id: number) {
    this.#cache = cache;
    this.id = id;
  }

  /** Whether `use` may find an image by its content. */
  get wantsContent(): boolean {
    return this.#cache.isShared;
  }

  /** Whether the client has the image under this id. */
  has(id: bigint): boolean {
    return this.#entries.has(id);
  }

  /** The image, if the client has it; counts as a use. `content` tells its pixels, or is null. */
  use(id: bigint, content: string | null = null): KnownImage | null {
    let entry = this.#entries.get(id);
    if (entry === undefined && content !== null) {
      entry = this.#cache.find(content);
      if (entry !== undefined) this.#name(entry, id);
    }
    if (entry === undefined) return null;
    this.#cache.touch(entry);
    if (!this.#shown.has(entry)) this.#shown.set(entry, false);
    return entry;
  }

  /** The client is told to replace an image that it has by the same one without loss. */
  replaced(id: bigint): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.lossy = false;
    this.#shown.set(entry, true);
  }

  /**
   * The client is about to be told to keep an image. Returns its key and those that the client must drop before that,
   * or null when the image must not be cached: there is no room for it, or room could only be made by dropping one of
   * `keep`, which the same message refers to.
   */
  add(
    id: bigint,
    pixels: number,
    keep: readonly bigint[],
    { lossy, flat }: ImageTraits = plain,
    content: string | null = null,
  ): { readonly key: bigint; readonly evicted: DroppedImages } | null {
    const evicted = this.#cache.makeRoom(pixels, keep);
    if (evicted === null) return null;
    const entry = this.#cache.add({ pixels, lossy, flat, content, home: this }, id);
    this.#entries.set(id, entry);
    this.#shown.set(entry, true);
    return { key: entry.key, evicted: this.#dropped(evicted) };
  }

  /** What the message at hand must wait for, for the images of other channels that it shows. */
  waits(): Waits {
    const waits = new Map<number, number>();
    for (const { home, sentIn } of this.#shown.keys()) {
      if (home === this || (this.#waited.get(home) ?? 0) >= sentIn) continue;
      this.#waited.set(home, sentIn);
      waits.set(home.id, sentIn);
    }
    return waits;
  }

  /** The message that shows what `use` and `add` gave since the last call is the channel's message `serial`. */
  sent(serial: number): void {
    for (const [entry, brings] of this.#shown) {
      const use = entry.uses.find(({ channel }) => channel === this);
      if (use === undefined) entry.uses.push({ channel: this, serial });
      else use.serial = serial;
      if (!brings) continue;
      entry.home = this;
      entry.sentIn = serial;
    }
    this.#shown.clear();
  }

  /** The guest means other images by its ids from now on. Returns what the client must drop. */
  clear(): DroppedImages {
    return this.#dropped(this.#cache.renumber(this));
  }

  /** The channel ends. */
  close(): void {
    this.#cache.leave(this);
  }

  forget(id: bigint): void {
    this.#entries.delete(id);
  }

  #name(entry: Entry, id: bigint): void {
    this.#entries.set(id, entry);
    entry.names = [...entry.names, { channel: this, id }];
  }

  #dropped(entries: readonly Entry[]): DroppedImages {
    const waits = new Map<number, number>();
    for (const { uses } of entries) {
      for (const { channel, serial } of uses) {
        if (channel !== this) waits.set(channel.id, Math.max(serial, waits.get(channel.id) ?? 0));
      }
    }
    return { keys: entries.map(({ key }) => key), waits };
  }
}
