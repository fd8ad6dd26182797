import type { Drawable, Head, Rect, SurfaceFormat } from '@lazyspice/core';
import { intersectRects, isEmptyRect, rect, translateRect } from '../geometry/rect.js';
import { Region } from '../geometry/region.js';
import { drawOverInexact } from '../streams/overwrites.js';
import { type InexactArea, nothingInexact } from '../streams/stream-areas.js';
import { Backlog, itemCost } from './backlog.js';
import { ClientSurface, type SurfaceInfo } from './client-surface.js';
import { drawableCost, readsSelfBitmap, sourceSurfaces, visibleBounds } from './drawable-parts.js';
import type { DisplayItem, PixelBlock } from './items.js';
import { needsExactTarget, overwritten, permitsLoss, plainMove } from './rough-areas.js';
import {
  blockBytes,
  type ClientAbilities,
  depthOf,
  primaryId,
  readAs,
  type SurfaceSource,
  shownFormat,
} from './surface-formats.js';

export type { SurfaceInfo } from './client-surface.js';
export type { ClientAbilities, SurfaceSource } from './surface-formats.js';

/** What of a client's images is worth sending with loss. */
export interface LossChoice {
  /** The source image of a command that permits it. */
  drawable(drawable: Drawable): boolean;
  /** Pixels of a surface. */
  pixels(area: Rect, pixels: PixelBlock): boolean;
}
const noLoss: LossChoice = { drawable: () => false, pixels: () => false };

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

/** A larger primary is sent in slices from the beginning. */
const maxFirstImageBytes = 64 * 1024 * 1024;
/** How finely the age of queued items is known. */
const marksPerAge = 10;
/** An area that has been rough for this long, to twice this, is made exact: ms. */
const stillMs = 400;

/**
 * What one client's display channel still has to send, and the client's surfaces as they will be then.
 *
 * Two ways to send: commands, in the guest's order, while the client keeps up; areas of the newest pixels when
 * it does not, or when it cannot draw a command. INVARIANT: once the queued items are drawn, the client's
 * surface equals ours outside its dirty region, and in its rough region but for what was lost on the way. Hence
 * a command for a surface that is dirty only makes its box dirty too (it must not be drawn over pixels newer than
 * itself), and dirty areas of the primary are sent while no queued item concerns the primary. Off-screen surfaces
 * are brought up to date when a command wants to read them.
 */
export class DisplayQueue {
  readonly #source: SurfaceSource;
  readonly #abilities: ClientAbilities;
  readonly #limits: QueueLimits;
  readonly #surfaces = new Map<number, ClientSurface>();
  readonly #backlog = new Backlog();
  readonly #inexact: InexactArea;
  /** The last item was a dirty area: a queued one comes next, so that neither starves the other. */
  #dirtHadItsTurn = false;
  /** Until when which items had been queued: those before number `end`. */
  readonly #marks: { readonly at: number; readonly end: number }[] = [];
  readonly #loss: LossChoice;
  /** When the primary's rough areas grow older; null: it has none. */
  #agesAt: number | null = null;

  /** @param inexact pixels of the primary that others look after, and that no command may read at the client. */
  constructor(
    source: SurfaceSource,
    abilities: ClientAbilities,
    limits: QueueLimits = defaultQueueLimits,
    loss: LossChoice = noLoss,
    inexact: InexactArea = nothingInexact,
  ) {
    this.#source = source;
    this.#abilities = abilities;
    this.#limits = limits;
    this.#loss = loss;
    this.#inexact = inexact;
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

  /** Where the client will have our pixels only roughly; null: it does not have the surface. */
  roughArea(surfaceId: number): Region | null {
    return this.#surfaces.get(surfaceId)?.rough ?? null;
  }

  /** The client has the primary, with a picture on it. */
  get isShown(): boolean {
    const primary = this.#surfaces.get(primaryId);
    return primary !== undefined && !primary.isBlank && this.#backlog.hasPrimary;
  }

  /** The number of the next item that is queued. */
  get place(): number {
    return this.#backlog.taken + this.#backlog.length;
  }

  /** Whether the items before this number have been taken. */
  hasPassed(place: number): boolean {
    return this.#backlog.taken >= place;
  }

  /** Areas of the primary that others make exact at the client: nothing is to be sent there. */
  takeOver(areas: readonly Rect[]): void {
    const primary = this.#surfaces.get(primaryId);
    for (const area of areas) {
      primary?.dirty.subtract(area);
      primary?.rough.subtract(area);
    }
  }

  /** Areas of the primary to be sent, though nothing was drawn there. */
  giveBack(areas: readonly Rect[]): void {
    const primary = this.#surfaces.get(primaryId);
    if (primary === undefined) return;
    for (const area of areas) primary.dirty.union(intersectRects(area, primary.whole));
  }

  /** The surface exists now. `image`: it has pixels already that the client must get. */
  surfaceCreated(info: SurfaceInfo, image: boolean): void {
    if (info.id !== primaryId && image) return;
    const format = shownFormat(info, this.#abilities);
    if (format === null) return;
    const surface = this.#create(info, format);
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
    const bounds = visibleBounds(drawable, target.info.width, target.info.height);
    if (isEmptyRect(bounds)) return;
    const isExact =
      drawOverInexact(drawable, bounds, this.#inexact) &&
      (drawable.operation.type === 'copyBits' ||
        this.#source.surface(target.info.id)?.format === target.info.format);
    const fetches = isExact && target.dirty.isEmpty ? this.#fetchesFor(drawable, target) : null;
    if (fetches === null || !this.#affords(fetches, drawable)) {
      target.drawnOver(drawable);
      return;
    }
    for (const fetch of fetches) this.#fetch(fetch);
    const loss = permitsLoss(drawable.operation) && this.#loss.drawable(drawable);
    this.#moveRoughness(drawable, target, loss);
    this.#push({ type: 'draw', drawable, target: target.info.format, loss });
  }

  /** Where the client will have the target only roughly once it has drawn the command. */
  #moveRoughness(drawable: Drawable, target: ClientSurface, loss: boolean): void {
    const { operation } = drawable;
    const move = plainMove(drawable);
    const content = move?.source.content;
    const from = content?.type === 'surface' ? this.#surfaces.get(content.surfaceId) : undefined;
    const shift =
      operation.type === 'copyBits'
        ? { dx: operation.source.x - drawable.box.left, dy: operation.source.y - drawable.box.top }
        : move;
    const source = operation.type === 'copyBits' ? target : from;
    if (!loss && target.rough.isEmpty && (source === undefined || source.rough.isEmpty)) return;
    const { areas, exact } = target.drawnAreas(drawable);
    const arriving: Rect[] = [];
    if (source !== undefined && shift !== null) {
      for (const area of source.rough.rects) {
        const moved = translateRect(area, -shift.dx, -shift.dy);
        arriving.push(
          ...areas.map((part) => intersectRects(part, moved)).filter((part) => !isEmptyRect(part)),
        );
      }
    }
    for (const area of exact ? areas : []) {
      const part = overwritten(drawable, area, source?.info ?? null);
      if (part !== null) target.rough.subtract(part);
    }
    for (const area of loss ? areas : arriving) target.roughen(area);
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
    this.#grow(now);
    if (backlog.length === 0 || last?.end === end) return;
    if (last === undefined || now - last.at >= this.#limits.maxAgeMs / marksPerAge)
      marks.push({ at: now, end });
  }

  /** When `refinement` may have more, if nothing else happens: ms; null: never. */
  get refinesAt(): number | null {
    return this.#agesAt;
  }

  /** Whether `refinement` has something. */
  get hasRefinement(): boolean {
    return this.isEmpty && (this.#surfaces.get(primaryId)?.hasStill ?? false);
  }

  /** Pixels of an area, at most `bytes` or one row, that the client has had only roughly for a while, or null. */
  refinement(bytes: number): DisplayItem | null {
    const primary = this.#surfaces.get(primaryId);
    const area = this.isEmpty ? (primary?.nextStill(bytes) ?? null) : null;
    if (primary === undefined || area === null) return null;
    primary.sent(area, false);
    const pixels = readAs(this.#source, primary.info, area);
    return { type: 'image', surfaceId: primaryId, area, pixels, loss: false };
  }

  #grow(now: number): void {
    const primary = this.#surfaces.get(primaryId);
    if (primary === undefined || primary.rough.isEmpty) {
      this.#agesAt = null;
      return;
    }
    if (this.#agesAt !== null && now >= this.#agesAt) {
      primary.age();
      this.#agesAt = null;
    }
    this.#agesAt ??= now + stillMs;
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
    const pixels = readAs(this.#source, info, area);
    const loss = this.#loss.pixels(area, pixels);
    surface.sent(area, loss);
    return { type: 'image', surfaceId: info.id, area, pixels, loss };
  }

  /** What the client lacks to draw the command on a clean surface; null: it cannot be sent as it is. */
  #fetchesFor(drawable: Drawable, target: ClientSurface): Fetch[] | null {
    const { operation, surfaceId } = drawable;
    if (readsSelfBitmap(operation) || !this.#abilities.draw(drawable)) return null;
    if (needsExactTarget(operation) && target.isRoughAt(drawable)) return null;
    const carries = plainMove(drawable) !== null;
    const fetches: Fetch[] = [];
    for (const id of sourceSurfaces(operation)) {
      if (id === surfaceId) {
        if (!target.rough.isEmpty) return null;
        continue;
      }
      const info = this.#source.surface(id);
      if (info === undefined || !this.#abilities.surfaceFormat(info.format)) return null;
      // Clients stop at images from surfaces of another depth.
      if (depthOf(info) !== depthOf(this.#source.surface(surfaceId))) return null;
      const known = this.#surfaces.get(id);
      const areas = known === undefined ? [rect(0, 0, info.width, info.height)] : lacking(known, carries);
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
    const surface = this.#surfaces.get(info.id) ?? this.#create(info, info.format);
    for (const area of areas) {
      surface.sent(area, false);
      const pixels = readAs(this.#source, surface.info, area);
      this.#backlog.push({ type: 'image', surfaceId: info.id, area, pixels, loss: false });
    }
  }

  #create({ id: surfaceId, width, height }: SurfaceInfo, format: SurfaceFormat): ClientSurface {
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

/** What of a source surface must be sent before it is read. `carries`: the command carries roughness along. */
function lacking({ dirty, rough }: ClientSurface, carries: boolean): Rect[] {
  if (carries || rough.isEmpty) return [...dirty.rects];
  const areas = new Region();
  areas.unionRegion(dirty);
  areas.unionRegion(rough);
  return [...areas.rects];
}
