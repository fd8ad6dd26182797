/**
 * Room for images at one client, in pixels. All its display channels share it, as they share its cache: what one of
 * them keeps is room that the others do not have.
 */
export class PixmapBudget {
  readonly capacity: number;
  used = 0;

  /** @param capacity pixels; 0: nothing is cached. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }
}

/** An image that the client keeps. */
interface Entry {
  /** Its number in the client's cache. */
  readonly key: bigint;
  readonly pixels: number;
  /** The client has it only roughly. */
  lossy: boolean;
  /** It has no pixels of its own but indices into colours of surfaces without alpha. */
  readonly flat: boolean;
}

/** An image that the client has. */
export interface KnownImage {
  readonly key: bigint;
  readonly lossy: boolean;
  readonly flat: boolean;
}

/** Bits of a key that count; the channel is above them. */
const countBits = 48n;

/**
 * Which images of one display channel a client keeps, by the guest's id, least recently used first:
 * display-pipeline §8.2. The client is told what to drop; it never drops anything by itself. There it has a key that no
 * other image of the session ever has: guests give the same id to different images on different displays.
 */
export class PixmapCache {
  readonly #budget: PixmapBudget;
  readonly #channel: bigint;
  readonly #entries = new Map<bigint, Entry>();
  #count = 0n;

  /** @param channelId 0..255, another one for each display channel that shares the budget. */
  constructor(budget: PixmapBudget, channelId: number) {
    this.#budget = budget;
    this.#channel = BigInt(channelId) << countBits;
  }

  /** Whether the client has the image. */
  has(id: bigint): boolean {
    return this.#entries.has(id);
  }

  /** The image, if the client has it; counts as a use. */
  use(id: bigint): KnownImage | null {
    const entry = this.#entries.get(id);
    if (entry === undefined) return null;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry;
  }

  /** The client is told to replace an image that it has by the same one without loss. */
  replaced(id: bigint): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.lossy = false;
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
    { lossy = false, flat = false }: { readonly lossy?: boolean; readonly flat?: boolean } = {},
  ): { readonly key: bigint; readonly evicted: readonly bigint[] } | null {
    const budget = this.#budget;
    const evicted: bigint[] = [];
    let free = budget.capacity - budget.used;
    for (const [old, entry] of this.#entries) {
      if (free >= pixels) break;
      if (keep.includes(entry.key)) return null;
      evicted.push(old);
      free += entry.pixels;
    }
    if (free < pixels) return null;
    const keys = evicted.map((old) => this.#forget(old));
    const key = this.#channel | ++this.#count;
    this.#entries.set(id, { key, pixels, lossy, flat });
    budget.used += pixels;
    return { key, evicted: keys };
  }

  /** The guest means other images by its ids from now on. Returns the keys that the client must drop. */
  clear(): bigint[] {
    return [...this.#entries.keys()].map((id) => this.#forget(id));
  }

  #forget(id: bigint): bigint {
    const { key, pixels } = this.#entries.get(id) as Entry;
    this.#entries.delete(id);
    this.#budget.used -= pixels;
    return key;
  }
}
