import type { Drawable, Rect, StreamingVideo } from '@lazyspice/core';
import { intersectRects, isEmptyRect, rect, rectArea, rectContains, rectsEqual } from '../geometry/rect.js';
import { graduality, hasGraduality } from '../images/graduality.js';

/** An area of the primary in which pictures follow each other. */
export interface VideoStream {
  /** 0 to `maxStreams` - 1; unique among the running ones. */
  readonly id: number;
  readonly destination: Rect;
  /** Frames a second when it began, 1 to 30. */
  readonly fps: number;
  /** Frames that came since. */
  readonly frames: number;
}

/** One picture of a stream. Its pixels are on the canvas. */
export interface VideoFrame {
  readonly stream: VideoStream;
  /** Where it was drawn: the stream's destination, or an area around it of at most twice the size. */
  readonly box: Rect;
  /** The parts of the box that were drawn, 1 to `maxClipRects`. */
  readonly region: readonly Rect[];
}

/** Display-pipeline §0 and §10. */
const maxStreams = 50;
const traceLength = 8;
const maxGapMs = 200;
const maxRunningGapMs = 1000;
const framesToStart = 20;
const gradualShare = 0.2;
const maxSinceGradual = 100;
const minFilteredArea = 96 * 96;
const maxFps = 30;
const maxGrowth = 2;
/** Frames with more clip rectangles are drawn like anything else. */
const maxClipRects = 32;
/** A copy of which less than this share is new is no frame: it is cheaper as pixels. */
const minChange = 0.25;
/** Every so many frames it is looked how much of a running stream's picture changes. */
const sampleEvery = 8;
/** So many samples in a row with little change end a stream. */
const maxStillSamples = 3;
const ropPut = 8;
const primaryId = 0;

interface Candidate {
  readonly box: Rect;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
}

/** Copies to one place that may become a stream. */
interface Trace extends Candidate {
  readonly first: number;
  last: number;
  frames: number;
  gradual: number;
  sinceGradual: number;
}

interface Running extends VideoStream {
  last: number;
  frames: number;
  stillSamples: number;
}

/**
 * Finds the moving pictures among the commands of one device. Streams are the same for all clients; what becomes of
 * them is each client's own business. Times are ms.
 */
export class StreamTracker {
  readonly #mode: () => StreamingVideo;
  #trace: Trace[] = [];
  readonly #running = new Map<number, Running>();

  constructor(mode: () => StreamingVideo) {
    this.#mode = mode;
  }

  /** The running streams. */
  get streams(): Iterable<VideoStream> {
    return this.#running.values();
  }

  /** When `expire` may end a stream; null: none is running. */
  get nextEnd(): number | null {
    let next: number | null = null;
    for (const { last } of this.#running.values()) {
      if (next === null || last + maxRunningGapMs < next) next = last + maxRunningGapMs;
    }
    return next;
  }

  /**
   * The command as the next frame of a running stream; null: it is none. Call it only with commands that change
   * something, on a primary of this size.
   */
  match(
    drawable: Drawable,
    size: { readonly width: number; readonly height: number },
    now: number,
  ): VideoFrame | null {
    if (this.#running.size === 0) return null;
    const candidate = candidateOf(drawable);
    if (candidate === null) return null;
    const area = rectArea(candidate.box);
    for (const stream of this.#running.values()) {
      const { destination } = stream;
      if (now - stream.last > maxRunningGapMs) continue;
      if (!rectContains(candidate.box, destination) || area > maxGrowth * rectArea(destination)) continue;
      const region = visibleParts(drawable, size);
      if (region === null) return null;
      stream.last = now;
      stream.frames++;
      return { stream, box: candidate.box, region };
    }
    return null;
  }

  /** Whether it should be measured how much this frame changes, for `changed`. */
  isSample({ stream }: VideoFrame): boolean {
    return stream.frames % sampleEvery === 0;
  }

  /** A sampled frame has changed this share of its box. A stream that has come to show a still is ended: true. */
  changed({ stream }: VideoFrame, share: number): boolean {
    const running = this.#running.get(stream.id);
    if (running === undefined) return false;
    running.stillSamples = share < minChange ? running.stillSamples + 1 : 0;
    if (running.stillSamples < maxStillSamples) return false;
    this.#running.delete(stream.id);
    return true;
  }

  /** A command that is no frame has changed this share of its box: enough of its kind in one place begin a stream. */
  observe(drawable: Drawable, share: number, now: number): void {
    const mode = this.#mode();
    if (mode === 'off' || share < minChange) return;
    const candidate = candidateOf(drawable);
    if (candidate === null) return;
    if (mode === 'filter' && candidate.sourceWidth * candidate.sourceHeight < minFilteredArea) return;
    const trace = this.#follow(candidate, now);
    const isGradual = mode === 'all' || looksGradual(drawable);
    if (isGradual) trace.gradual++;
    trace.sinceGradual = isGradual ? 0 : trace.sinceGradual + 1;
    if (trace.sinceGradual > maxSinceGradual) this.#forget(trace);
    else if (trace.frames >= framesToStart && trace.gradual >= gradualShare * trace.frames)
      this.#start(trace, now);
  }

  /** Ends the streams that have had no frame for a second, or all when streaming was switched off; returns them. */
  expire(now: number): VideoStream[] {
    const off = this.#mode() === 'off';
    const ended = [...this.#running.values()].filter(({ last }) => off || now - last >= maxRunningGapMs);
    for (const { id } of ended) this.#running.delete(id);
    return ended;
  }

  /** Forgets everything, and returns the streams that ran. */
  reset(): VideoStream[] {
    const ended = [...this.#running.values()];
    this.#running.clear();
    this.#trace = [];
    return ended;
  }

  /** The trace that the candidate continues, or a new one. */
  #follow(candidate: Candidate, now: number): Trace {
    const found = this.#trace.find(
      ({ box, sourceWidth, sourceHeight }) =>
        rectsEqual(box, candidate.box) &&
        sourceWidth === candidate.sourceWidth &&
        sourceHeight === candidate.sourceHeight,
    );
    if (found !== undefined && now - found.last <= maxGapMs) {
      found.last = now;
      found.frames++;
      return found;
    }
    if (found !== undefined) this.#forget(found);
    const trace: Trace = { ...candidate, first: now, last: now, frames: 1, gradual: 0, sinceGradual: 0 };
    this.#trace.push(trace);
    // The one that has waited longest gives way.
    if (this.#trace.length > traceLength) {
      this.#forget(this.#trace.reduce((oldest, one) => (one.last < oldest.last ? one : oldest)));
    }
    return trace;
  }

  #forget(trace: Trace): void {
    this.#trace = this.#trace.filter((one) => one !== trace);
  }

  #start(trace: Trace, now: number): void {
    this.#forget(trace);
    let id = 0;
    while (this.#running.has(id)) id++;
    if (id >= maxStreams) return;
    const seconds = Math.max(1, now - trace.first) / 1000;
    const fps = Math.min(maxFps, Math.max(1, Math.round((trace.frames - 1) / seconds)));
    this.#running.set(id, { id, destination: trace.box, fps, last: now, frames: 0, stillSamples: 0 });
  }
}

/** The command as an opaque copy of a bitmap to the primary; null: it is something else. */
function candidateOf({ surfaceId, operation, box }: Drawable): Candidate | null {
  if (surfaceId !== primaryId || operation.type !== 'copy' || operation.rop !== ropPut) return null;
  const { source, sourceArea, mask } = operation;
  if (source === null || source.content.type !== 'bitmap' || mask.image !== null) return null;
  const inside = rectContains(rect(0, 0, source.width, source.height), sourceArea);
  if (!inside || isEmptyRect(sourceArea) || isEmptyRect(box)) return null;
  return {
    box,
    sourceWidth: sourceArea.right - sourceArea.left,
    sourceHeight: sourceArea.bottom - sourceArea.top,
  };
}

/** What the command shows of its box; null: in too many parts, partly outside, or nothing. */
function visibleParts(
  { box, clip }: Drawable,
  { width, height }: { width: number; height: number },
): Rect[] | null {
  if (!rectContains(rect(0, 0, width, height), box)) return null;
  if (clip === null) return [box];
  if (clip.length > maxClipRects) return null;
  const parts = clip.map((part) => intersectRects(part, box)).filter((part) => !isEmptyRect(part));
  return parts.length === 0 ? null : parts;
}

function looksGradual({ operation }: Drawable): boolean {
  if (operation.type !== 'copy' || operation.source?.content.type !== 'bitmap') return false;
  const { format, width, height, stride, topDown, data } = operation.source.content;
  if (!hasGraduality(format) || data.length < stride * height) return false;
  return graduality({ format, width, height, stride, topDown, pixels: data }) !== 'low';
}
