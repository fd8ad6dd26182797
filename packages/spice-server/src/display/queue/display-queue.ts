import type { Drawable, Head, Rect, SurfaceFormat } from '@lazyspice/core';
import { isEmptyRect, rect } from '../geometry/rect.js';
import type { Region } from '../geometry/region.js';
import { Backlog, itemCost } from './backlog.js';
import { ClientSurface, type SurfaceInfo } from './client-surface.js';
import { drawableCost, readsSelfBitmap, sourceSurfaces, visibleBounds } from './drawable-parts.js';
import type { DisplayItem, PixelBlock } from './items.js';

export type { SurfaceInfo } from './client-surface.js';

/** The server's surfaces, with everything drawn that was handled so far. */
export interface SurfaceSource {
  surface(id: number): SurfaceInfo | undefined;
  /** A copy of the pixels, rows top-down. */
  readRect(id: number, area: Rect): PixelBlock;
}

/** What a client can take. */
export interface ClientAbilities {
  /** Surfaces of this format can exist at the client. */
  surfaceFormat(format: SurfaceFormat): boolean;
  /** The command can be sent as it is. */
  draw(drawable: Drawable): boolean;
}

export interface QueueLimits {
  /** Bytes of commands and images that may wait for the client. */
  readonly maxBytes: number;
  readonly maxItems: number;
  /** Bytes of pixels in one image made from a dirty area. */
  readonly imageBytes: number;
  /** A client that is owed what was queued longer ago than this, in ms, is sent areas instead. */
  readonly maxAgeMs: number;
}
export const defaultQueueLimits: QueueLimits = {
  maxBytes: 32 * 1024 * 1024,
  maxItems: 50_000,
  imageBytes: 1024 * 1024,
  maxAgeMs: 1000,
};

/** What a command's source surface lacks at the client. */
interface Fetch {
  readonly info: SurfaceInfo;
  readonly areas: readonly Rect[];
}

const primaryId = 0;
/** A larger primary is sent in slices from the beginning. */
const maxFirstImageBytes = 64 * 1024 * 1024;
/** How finely the age of queued items is known. */
const marksPerAge = 10;
/** Bits a pixel in a surface format number: 1, 8, 16 or 32. */
const depthMask = 0x3f;

/**
 * What one client's display channel still has to send, and the client's surfaces as they will be then.
 *
 * Two ways to send: commands, in the guest's order, while the client keeps up; areas of the newest pixels when
 * it does not, or when it cannot draw a command. INVARIANT: once the queued items are drawn, the client's
 * surface equals ours outside its dirty region. Hence a command for a surface that is dirty only makes its box
 * dirty too (it must not be drawn over pixels newer than itself), and dirty areas of the primary are sent while
 * no queued item concerns the primary. Off-screen surfaces are brought up to date when a command wants to read
 * them.
 */
export class DisplayQueue {
  readonly #source: SurfaceSource;
  readonly #abilities: ClientAbilities;
  readonly #limits: QueueLimits;
  readonly #surfaces = new Map<number, ClientSurface>();
  readonly #backlog = new Backlog();
  /** The last item was a dirty area: a queued one comes next, so that neither starves the other. */
  #dirtHadItsTurn = false;
  /** Until when which items had been queued: those before number `end`. */
  readonly #marks: { readonly at: number; readonly end: number }[] = [];

  constructor(source: SurfaceSource, abilities: ClientAbilities, limits: QueueLimits = defaultQueueLimits) {
    this.#source = source;
    this.#abilities = abilities;
    this.#limits = limits;
  }

  /** Nothing queued and the primary up to date. */
  get isEmpty(): boolean {
    return this.#backlog.length === 0 && this.#dirtyPrimary === null;
  }

  /** Bytes held by queued items. */
  get bytes(): number {
    return this.#backlog.bytes;
  }

  /** What of the client's surface will be out of date; null: the client does not have it. */
  staleArea(surfaceId: number): Region | null {
    return this.#surfaces.get(surfaceId)?.dirty ?? null;
  }

  /** The surface exists now. `image`: it has pixels already that the client must get. */
  surfaceCreated(info: SurfaceInfo, image: boolean): void {
    if (info.id !== primaryId && image) return;
    if (!this.#abilities.surfaceFormat(info.format)) return;
    const surface = this.#create(info);
    if (image) surface.blank();
    this.#keepLimits();
  }

  /** All surfaces are gone. */
  allDestroyed(): void {
    for (const id of [...this.#surfaces.keys()]) this.surfaceDestroyed(id);
  }

  surfaceDestroyed(surfaceId: number): void {
    if (this.#surfaces.delete(surfaceId)) this.#push({ type: 'surfaceDestroy', surfaceId });
  }

  /** A notice that keeps its place among the commands. */
  push(item: Exclude<DisplayItem, { type: 'draw' | 'image' | 'surfaceCreate' | 'surfaceDestroy' }>): void {
    this.#push(item);
  }

  monitorsConfig(maxAllowed: number, heads: readonly Head[]): void {
    this.#push({ type: 'monitorsConfig', maxAllowed, heads });
  }

  /** A command that has just been drawn on our surfaces. Its pixels must not change afterwards. */
  drawn(drawable: Drawable): void {
    const target = this.#surfaces.get(drawable.surfaceId);
    if (target === undefined) return;
    if (isEmptyRect(visibleBounds(drawable, target.info.width, target.info.height))) return;
    const fetches = target.dirty.isEmpty ? this.#fetchesFor(drawable) : null;
    if (fetches === null || !this.#affords(fetches, drawable)) {
      target.drawnOver(drawable);
      return;
    }
    for (const fetch of fetches) this.#fetch(fetch);
    this.#push({ type: 'draw', drawable });
  }

  /**
   * Call it with the time, in ms, whenever items may have been queued or taken: what a client is too slow to take in
   * time is not sent late, but as the pixels that have come of it.
   */
  catchUp(now: number): void {
    const backlog = this.#backlog;
    const marks = this.#marks;
    while (marks.length > 0 && marks[0].end <= backlog.taken) marks.shift();
    if (marks.length > 0 && now - marks[0].at >= this.#limits.maxAgeMs) {
      backlog.collapse(this.#surfaces);
      marks.length = 0;
    }
    const end = backlog.taken + backlog.length;
    const last = marks.at(-1);
    if (backlog.length === 0 || last?.end === end) return;
    if (last === undefined || now - last.at >= this.#limits.maxAgeMs / marksPerAge)
      marks.push({ at: now, end });
  }

  /** The next item to send, or null. Dirty areas become images of the pixels of this moment. */
  next(): DisplayItem | null {
    const backlog = this.#backlog;
    const dirty = backlog.touchesPrimary ? null : this.#dirtyPrimary;
    if (dirty !== null && (backlog.length === 0 || !this.#dirtHadItsTurn)) {
      this.#dirtHadItsTurn = true;
      return this.#dirtyImage(dirty);
    }
    this.#dirtHadItsTurn = false;
    return backlog.shift();
  }

  get #dirtyPrimary(): ClientSurface | null {
    const primary = this.#surfaces.get(primaryId);
    return primary === undefined || primary.dirty.isEmpty ? null : primary;
  }

  #dirtyImage(surface: ClientSurface): DisplayItem {
    const { info, whole } = surface;
    // Clients take the first picture for the whole one.
    const atOnce = surface.isBlank && blockBytes(info, whole) <= maxFirstImageBytes;
    const area = atOnce ? whole : surface.nextPart(this.#limits.imageBytes);
    surface.sent(area);
    return { type: 'image', surfaceId: info.id, area, pixels: this.#source.readRect(info.id, area) };
  }

  /** What the client lacks to draw the command on a clean surface; null: it cannot be sent as it is. */
  #fetchesFor(drawable: Drawable): Fetch[] | null {
    const { operation, surfaceId } = drawable;
    if (readsSelfBitmap(operation) || !this.#abilities.draw(drawable)) return null;
    const fetches: Fetch[] = [];
    for (const id of sourceSurfaces(operation)) {
      if (id === surfaceId) continue;
      const info = this.#source.surface(id);
      if (info === undefined || !this.#abilities.surfaceFormat(info.format)) return null;
      // Clients stop at images from surfaces of another depth.
      if (depthOf(info) !== depthOf(this.#source.surface(surfaceId))) return null;
      const known = this.#surfaces.get(id);
      const areas = known === undefined ? [rect(0, 0, info.width, info.height)] : [...known.dirty.rects];
      if (areas.length > 0) fetches.push({ info, areas });
    }
    return fetches;
  }

  /** Whether a command with what it needs fits into the queue. One that needs nothing always does. */
  #affords(fetches: readonly Fetch[], drawable: Drawable): boolean {
    if (fetches.length === 0) return true;
    let bytes = this.#backlog.bytes + drawableCost(drawable);
    let items = this.#backlog.length + 1;
    for (const { info, areas } of fetches) {
      bytes += itemCost;
      items += 1 + areas.length;
      for (const area of areas) bytes += itemCost + blockBytes(info, area);
    }
    return bytes <= this.#limits.maxBytes && items <= this.#limits.maxItems;
  }

  /** Queues what the client lacks of a source surface. */
  #fetch({ info, areas }: Fetch): void {
    const surface = this.#surfaces.get(info.id) ?? this.#create(info);
    for (const area of areas) {
      surface.sent(area);
      const pixels = this.#source.readRect(info.id, area);
      this.#backlog.push({ type: 'image', surfaceId: info.id, area, pixels });
    }
  }

  #create(info: SurfaceInfo): ClientSurface {
    const { id: surfaceId, width, height, format } = info;
    const surface = new ClientSurface({ id: surfaceId, width, height, format });
    this.#surfaces.set(surfaceId, surface);
    this.#backlog.push({ type: 'surfaceCreate', surfaceId, width, height, format });
    return surface;
  }

  #push(item: DisplayItem): void {
    this.#backlog.push(item);
    this.#keepLimits();
  }

  /** A client that is too slow for commands is sent areas. */
  #keepLimits(): void {
    const { maxBytes, maxItems } = this.#limits;
    if (this.#backlog.bytes > maxBytes || this.#backlog.length > maxItems) {
      this.#backlog.collapse(this.#surfaces);
    }
  }
}

const depthOf = (info: SurfaceInfo | undefined): number => (info?.format ?? 0) & depthMask;

/** Bytes of the pixels of an area, rows padded to 4. */
function blockBytes({ format }: SurfaceInfo, { left, top, right, bottom }: Rect): number {
  return Math.ceil(((right - left) * (format & depthMask)) / 32) * 4 * (bottom - top);
}
