import type { Drawable, Head, Rect, SurfaceFormat } from '@lazyspice/core';
import { intersectRects, isEmptyRect, rect, rectsIntersect } from '../geometry/rect.js';
import { Region } from '../geometry/region.js';
import { drawableCost, readsSelfBitmap, sourceSurfaces, visibleBounds } from './drawable-parts.js';
import type { DisplayItem, PixelBlock } from './items.js';

/** A surface as the queue needs to know it. */
export interface SurfaceInfo {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly format: SurfaceFormat;
}

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
}
export const defaultQueueLimits: QueueLimits = {
  maxBytes: 32 * 1024 * 1024,
  maxItems: 50_000,
  imageBytes: 1024 * 1024,
};

/** A surface that exists at the client. Outside `dirty` it has, or will have by the queue, our pixels. */
interface ClientSurface {
  readonly info: SurfaceInfo;
  readonly dirty: Region;
}

/** `refresh`: here the dirty part of the primary is sent, as one image of the pixels of that moment. */
type QueuedItem = DisplayItem | { readonly type: 'refresh' };

const primaryId = 0;
/** A larger primary is sent in slices. */
const maxRefreshBytes = 64 * 1024 * 1024;
const itemCost = 128;
/** Bits a pixel in a surface format number: 1, 8, 16 or 32. */
const depthMask = 0x3f;

/**
 * What one client's display channel still has to send, and the client's surfaces as they will be then.
 *
 * Two ways to send: commands, in the guest's order, while the client keeps up; areas of the newest pixels when
 * it does not, or when it cannot draw a command. INVARIANT: once the queued items are drawn, the client's
 * surface equals ours outside its dirty region. Hence a command for a surface that is dirty only makes its box
 * dirty too (it must not be drawn over pixels newer than itself), and dirty areas of the primary are sent when
 * no item is queued. Off-screen surfaces are brought up to date when a command wants to read them.
 */
export class DisplayQueue {
  readonly #source: SurfaceSource;
  readonly #abilities: ClientAbilities;
  readonly #limits: QueueLimits;
  readonly #surfaces = new Map<number, ClientSurface>();
  #items: QueuedItem[] = [];
  #next = 0;
  #bytes = 0;

  constructor(source: SurfaceSource, abilities: ClientAbilities, limits: QueueLimits = defaultQueueLimits) {
    this.#source = source;
    this.#abilities = abilities;
    this.#limits = limits;
  }

  /** Nothing queued and the primary up to date. */
  get isEmpty(): boolean {
    return this.#next === this.#items.length && this.#primaryDirty === null;
  }

  /** Bytes held by queued items. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The surface exists now. `image`: it has pixels already that the client must get. */
  surfaceCreated(info: SurfaceInfo, image: boolean): void {
    if (info.id !== primaryId && image) return;
    if (!this.#abilities.surfaceFormat(info.format)) return;
    this.#create(info);
    if (!image) return;
    this.#surfaces.get(info.id)?.dirty.union(rect(0, 0, info.width, info.height));
    // Clients take the first picture for the whole one: it goes as one image, before what follows in the queue.
    if (info.width * info.height * 4 <= maxRefreshBytes) this.#push({ type: 'refresh' }, itemCost);
  }

  /** All surfaces are gone. */
  allDestroyed(): void {
    for (const id of [...this.#surfaces.keys()]) this.surfaceDestroyed(id);
  }

  surfaceDestroyed(surfaceId: number): void {
    if (this.#surfaces.delete(surfaceId)) this.#push({ type: 'surfaceDestroy', surfaceId }, itemCost);
  }

  /** A notice that keeps its place among the commands. */
  push(item: Exclude<DisplayItem, { type: 'draw' | 'image' | 'surfaceCreate' | 'surfaceDestroy' }>): void {
    this.#push(item, itemCost);
  }

  monitorsConfig(maxAllowed: number, heads: readonly Head[]): void {
    this.#push({ type: 'monitorsConfig', maxAllowed, heads }, itemCost);
  }

  /** A command that has just been drawn on our surfaces. Its pixels must not change afterwards. */
  drawn(drawable: Drawable): void {
    const target = this.#surfaces.get(drawable.surfaceId);
    if (target === undefined) return;
    const bounds = visibleBounds(drawable, target.info.width, target.info.height);
    if (isEmptyRect(bounds)) return;
    if (!target.dirty.isEmpty || !this.#sendable(drawable)) {
      this.#markDirty(target, drawable, bounds);
      return;
    }
    this.#push({ type: 'draw', drawable }, drawableCost(drawable));
  }

  /** The next item to send, or null. Dirty areas become images of the pixels of this moment. */
  next(): DisplayItem | null {
    for (let item = this.#shift(); item !== null; item = this.#shift()) {
      if (item.type !== 'refresh') return item;
      const refreshed = this.#primaryDirty;
      if (refreshed !== null) return this.#dirtyImage(refreshed, refreshed.dirty.bounds);
    }
    const primary = this.#primaryDirty;
    return primary === null ? null : this.#dirtyImage(primary, this.#slice(primary.dirty.rects[0]));
  }

  #shift(): QueuedItem | null {
    if (this.#next === this.#items.length) return null;
    const item = this.#items[this.#next++];
    this.#bytes -= costOf(item);
    if (this.#next === this.#items.length) {
      this.#items = [];
      this.#next = 0;
      this.#bytes = 0;
    } else if (this.#next > 1024 && this.#next * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  get #primaryDirty(): ClientSurface | null {
    const primary = this.#surfaces.get(primaryId);
    return primary === undefined || primary.dirty.isEmpty ? null : primary;
  }

  /** The topmost rows of a dirty rectangle that fit into one image. */
  #slice(whole: Rect): Rect {
    const rowBytes = (whole.right - whole.left) * 4;
    const rows = Math.max(1, Math.floor(this.#limits.imageBytes / rowBytes));
    return { ...whole, bottom: Math.min(whole.bottom, whole.top + rows) };
  }

  #dirtyImage(surface: ClientSurface, area: Rect): DisplayItem {
    surface.dirty.subtract(area);
    const pixels = this.#source.readRect(surface.info.id, area);
    return { type: 'image', surfaceId: surface.info.id, area, pixels };
  }

  #sendable(drawable: Drawable): boolean {
    const { operation } = drawable;
    if (readsSelfBitmap(operation) || !this.#abilities.draw(drawable)) return false;
    for (const id of sourceSurfaces(operation)) {
      // Its own surface is clean at the client here; another one may have to be brought up to date first.
      if (id === drawable.surfaceId) continue;
      // Clients stop at images from surfaces of another depth.
      if (!this.#sameDepth(id, drawable.surfaceId) || !this.#makeReadable(id)) return false;
    }
    return true;
  }

  #sameDepth(a: number, b: number): boolean {
    const depth = (id: number): number => (this.#source.surface(id)?.format ?? 0) & depthMask;
    return depth(a) === depth(b);
  }

  /** Queues what the client lacks of a source surface. False: it cannot have it. */
  #makeReadable(id: number): boolean {
    const info = this.#source.surface(id);
    if (info === undefined || !this.#abilities.surfaceFormat(info.format)) return false;
    const known = this.#surfaces.get(id);
    const whole = rect(0, 0, info.width, info.height);
    const missing = known === undefined ? [whole] : [...known.dirty.rects];
    if (missing.length === 0) return true;
    let cost = 0;
    for (const area of missing) cost += (area.right - area.left) * (area.bottom - area.top) * 4;
    if (this.#bytes + cost > this.#limits.maxBytes) return false;
    if (known === undefined) this.#create(info);
    else known.dirty.clear();
    for (const area of missing) {
      const pixels = this.#source.readRect(id, area);
      this.#push({ type: 'image', surfaceId: id, area, pixels }, itemCost + pixels.bytes.length);
    }
    return true;
  }

  #create(info: SurfaceInfo): void {
    const { id: surfaceId, width, height, format } = info;
    this.#surfaces.set(surfaceId, { info, dirty: new Region() });
    this.#push({ type: 'surfaceCreate', surfaceId, width, height, format }, itemCost);
  }

  #markDirty(target: ClientSurface, drawable: Drawable, bounds: Rect): void {
    if (drawable.clip === null || drawable.clip.length > 64) {
      target.dirty.union(bounds);
      return;
    }
    for (const part of drawable.clip) {
      const area = intersectRects(part, bounds);
      if (!isEmptyRect(area) && rectsIntersect(area, bounds)) target.dirty.union(area);
    }
  }

  #push(item: QueuedItem, cost: number): void {
    this.#items.push(item);
    this.#bytes += cost;
    if (this.#bytes > this.#limits.maxBytes || this.#items.length - this.#next > this.#limits.maxItems) {
      this.#collapse();
    }
  }

  /** The client is too slow: queued drawing becomes dirty areas. Everything else keeps its order. */
  #collapse(): void {
    const kept: QueuedItem[] = [];
    const areas = new Map<number, Region>();
    for (let i = this.#next; i < this.#items.length; i++) {
      const item = this.#items[i];
      if (item.type === 'draw' || item.type === 'image') {
        collectArea(areas, item, this.#source);
        continue;
      }
      // A surface that goes away takes its areas along; one created anew starts clean.
      if (item.type === 'surfaceCreate' || item.type === 'surfaceDestroy') areas.delete(item.surfaceId);
      kept.push(item);
    }
    for (const [id, area] of areas) this.#surfaces.get(id)?.dirty.unionRegion(area);
    this.#items = kept;
    this.#next = 0;
    this.#bytes = kept.length * itemCost;
  }
}

function costOf(item: QueuedItem): number {
  if (item.type === 'draw') return drawableCost(item.drawable);
  return item.type === 'image' ? itemCost + item.pixels.bytes.length : itemCost;
}

function collectArea(
  areas: Map<number, Region>,
  item: Extract<DisplayItem, { type: 'draw' | 'image' }>,
  source: SurfaceSource,
): void {
  const id = item.type === 'draw' ? item.drawable.surfaceId : item.surfaceId;
  const info = source.surface(id);
  if (info === undefined) return;
  const area = item.type === 'draw' ? visibleBounds(item.drawable, info.width, info.height) : item.area;
  const region = areas.get(id) ?? new Region();
  region.union(area);
  areas.set(id, region);
}
