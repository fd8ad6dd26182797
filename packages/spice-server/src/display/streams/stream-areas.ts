import type { Rect } from '@lazyspice/core';
import { Region } from '../geometry/region.js';

/** Pixels at a client that are not exactly ours, and will be made so by somebody else than the queue. */
export interface InexactArea {
  readonly isEmpty: boolean;
  meets(area: Rect): boolean;
  /** Something else is drawn here and will be exact at the client. */
  drawnOver(area: Rect): void;
}

/** No such pixels. */
export const nothingInexact: InexactArea = { isEmpty: true, meets: () => false, drawnOver: () => {} };

/**
 * Where one stream is seen at one client. INVARIANT: `inexact` covers all that the client may ever have painted of
 * the stream and that nothing exact was drawn over since; so it covers `clip`, where frames are painted.
 */
export class StreamAreas {
  readonly inexact = new Region();
  readonly clip = new Region();
  /** Clips are heeded: false for clients that paint every frame whole. */
  readonly #clips: boolean;
  /** What the frames since the last `painted` have drawn. */
  readonly #fresh = new Region();
  /** Counts changes of the clip. */
  #version = 0;

  constructor(clips: boolean) {
    this.#clips = clips;
  }

  get version(): number {
    return this.#version;
  }

  /** A frame was drawn. The parts that earlier ones showed and this one does not are hidden. */
  frame(box: Rect, region: readonly Rect[]): void {
    for (const part of this.#clips ? region : [box]) this.#fresh.union(part);
    const before = key(this.clip);
    this.clip.subtract(box);
    // Frames that are not sent yet will be seen in this one.
    for (const part of this.#fresh.rects) this.clip.union(part);
    if (key(this.clip) !== before) this.#version++;
    this.inexact.unionRegion(this.clip);
  }

  /** The newest frame is on its way to the client. */
  painted(): void {
    this.#fresh.clear();
  }

  drawnOver(area: Rect): void {
    if (!this.#clips || !this.inexact.intersects(area)) return;
    this.#fresh.subtract(area);
    const clipped = this.clip.intersects(area);
    this.clip.subtract(area);
    this.inexact.subtract(area);
    // A region of too many parts has become its bounds.
    this.inexact.unionRegion(this.clip);
    if (clipped) this.#version++;
  }
}

const key = (region: Region): string =>
  region.rects
    .map(({ left, top, right, bottom }) => `${left},${top},${right},${bottom}`)
    .sort()
    .join(' ');
