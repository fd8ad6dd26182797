import type { ClientSurface } from './client-surface.js';
import { drawableCost, sourceSurfaces } from './drawable-parts.js';
import type { DisplayItem } from './items.js';

const primaryId = 0;
/** Bytes that any queued item is taken to cost, besides its pixels. */
export const itemCost = 128;

interface Entry {
  readonly item: DisplayItem;
  readonly cost: number;
  /** It draws on the primary, reads it, creates or destroys it. */
  readonly touchesPrimary: boolean;
  /** It creates or destroys the primary. */
  readonly changesPrimary: boolean;
}

/** Bytes that an item costs while it is queued. */
function costOf(item: DisplayItem): number {
  if (item.type === 'draw') return drawableCost(item.drawable);
  return item.type === 'image' ? itemCost + item.pixels.bytes.length : itemCost;
}

function touchesPrimary(item: DisplayItem): boolean {
  switch (item.type) {
    case 'draw': {
      const { surfaceId, operation } = item.drawable;
      return surfaceId === primaryId || sourceSurfaces(operation).includes(primaryId);
    }
    case 'image':
    case 'surfaceCreate':
    case 'surfaceDestroy':
      return item.surfaceId === primaryId;
    default:
      return false;
  }
}

const changesPrimary = (item: DisplayItem): boolean =>
  (item.type === 'surfaceCreate' || item.type === 'surfaceDestroy') && item.surfaceId === primaryId;

/** The queued items in order, what they cost, and which surfaces the client has before it gets them. */
export class Backlog {
  #entries: Entry[] = [];
  #next = 0;
  #bytes = 0;
  #primaryEntries = 0;
  #primaryChanges = 0;
  #taken = 0;
  readonly #created = new Set<number>();

  get length(): number {
    return this.#entries.length - this.#next;
  }

  /** Items that were ever taken or collapsed: the number of the next one. */
  get taken(): number {
    return this.#taken;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether an item concerns the primary. */
  get touchesPrimary(): boolean {
    return this.#primaryEntries > 0;
  }

  /** The client has the primary, and keeps it. */
  get hasPrimary(): boolean {
    return this.#created.has(primaryId) && this.#primaryChanges === 0;
  }

  push(item: DisplayItem): void {
    const entry: Entry = {
      item,
      cost: costOf(item),
      touchesPrimary: touchesPrimary(item),
      changesPrimary: changesPrimary(item),
    };
    this.#entries.push(entry);
    this.#bytes += entry.cost;
    if (entry.touchesPrimary) this.#primaryEntries++;
    if (entry.changesPrimary) this.#primaryChanges++;
  }

  shift(): DisplayItem | null {
    if (this.length === 0) return null;
    const { item, cost, touchesPrimary: touches, changesPrimary: changes } = this.#entries[this.#next++];
    this.#bytes -= cost;
    this.#taken++;
    if (touches) this.#primaryEntries--;
    if (changes) this.#primaryChanges--;
    if (item.type === 'surfaceCreate') this.#created.add(item.surfaceId);
    if (item.type === 'surfaceDestroy') this.#created.delete(item.surfaceId);
    if (this.length === 0) {
      this.#entries = [];
      this.#next = 0;
    } else if (this.#next > 1024 && this.#next * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  /**
   * Turns queued drawing into dirty areas of `surfaces`, and what else is queued into the least that has the same
   * end: surfaces that go, the primary if it is new, and each notice once. Off-screen surfaces that the client has
   * not been told of are forgotten: it gets them when a command reads them.
   */
  collapse(surfaces: Map<number, ClientSurface>): void {
    const { notices, destroyed, primary } = this.#summary(surfaces);
    for (const id of [...surfaces.keys()]) {
      if (id !== primaryId && (!this.#created.has(id) || destroyed.has(id))) surfaces.delete(id);
    }
    this.#taken += this.length;
    this.#entries = [];
    this.#next = 0;
    this.#bytes = 0;
    this.#primaryEntries = 0;
    this.#primaryChanges = 0;
    for (const surfaceId of this.#created) {
      if (destroyed.has(surfaceId)) this.push({ type: 'surfaceDestroy', surfaceId });
    }
    const { invalidatePalettes, invalidatePixmaps, destroyStreams, monitorsConfig, mark } = notices;
    for (const item of [
      invalidatePalettes,
      invalidatePixmaps,
      destroyStreams,
      primary,
      monitorsConfig,
      mark,
    ]) {
      if (item !== undefined) this.push(item);
    }
  }

  /** Marks what the queued drawing would have drawn, and finds what else is queued and still counts. */
  #summary(surfaces: ReadonlyMap<number, ClientSurface>): Summary {
    const notices: Notices = {};
    const destroyed = new Set<number>();
    let primary: DisplayItem | undefined;
    // From the newest: what was drawn before a surface came or went concerns another one of the same id.
    const current = new Map(surfaces);
    for (let i = this.#entries.length - 1; i >= this.#next; i--) {
      const { item } = this.#entries[i];
      switch (item.type) {
        case 'draw':
          current.get(item.drawable.surfaceId)?.drawnOver(item.drawable);
          break;
        case 'image':
          current.get(item.surfaceId)?.dirty.union(item.area);
          break;
        case 'surfaceCreate':
          if (item.surfaceId === primaryId && current.has(primaryId)) primary = item;
          current.delete(item.surfaceId);
          break;
        case 'surfaceDestroy':
          destroyed.add(item.surfaceId);
          current.delete(item.surfaceId);
          break;
        case 'mark':
          // It is for the primary that it was queued behind.
          if (current.has(primaryId)) notices.mark ??= item;
          break;
        default:
          notices[item.type] ??= item;
      }
    }
    return { notices, destroyed, primary };
  }
}

type Notices = Partial<Record<DisplayItem['type'], DisplayItem>>;

interface Summary {
  /** The newest of each type. */
  readonly notices: Notices;
  /** Surfaces that go away, whether the client has them or not. */
  readonly destroyed: ReadonlySet<number>;
  /** How the primary is created, if that is queued. */
  readonly primary: DisplayItem | undefined;
}
