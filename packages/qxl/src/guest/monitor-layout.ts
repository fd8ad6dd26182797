import type { ClientMonitor, Head } from '@lazyspice/core';

export interface MonitorLimits {
  readonly smallest: { readonly width: number; readonly height: number };
  readonly largest: { readonly width: number; readonly height: number };
  /** Monitors that are shown, at least 1. */
  readonly heads: number;
}
export interface MonitorLayout {
  /** The primary surface's size in pixels. */
  readonly width: number;
  readonly height: number;
  readonly heads: readonly Head[];
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
const overlap = (a: Head, b: Head): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/**
 * How monitors that clients ask for lie on one primary surface: where they are asked for, or side by side when they
 * would cover each other; as many of them, from the first, as fit the largest size. Null: all are off.
 */
export function layOutMonitors(
  wanted: readonly ClientMonitor[],
  limits: MonitorLimits,
): MonitorLayout | null {
  const { smallest, largest } = limits;
  const heads: Head[] = [];
  for (const [id, { x, y, width, height }] of wanted.entries()) {
    if (width === 0 || height === 0 || heads.length >= limits.heads) continue;
    heads.push({
      id,
      surfaceId: 0,
      width: clamp(width, smallest.width, largest.width),
      height: clamp(height, smallest.height, largest.height),
      x,
      y,
      flags: 0,
    });
  }
  if (heads.length === 0) return null;
  const placed = heads.some((a, index) => heads.slice(index + 1).some((b) => overlap(a, b)))
    ? sideBySide(heads)
    : fromCorner(heads);
  const fitting = placed.filter(
    ({ x, y, width, height }) => x + width <= largest.width && y + height <= largest.height,
  );
  const shown = fitting.length > 0 ? fitting : [{ ...heads[0], x: 0, y: 0 }];
  const corner = fromCorner(shown);
  return {
    width: Math.max(...corner.map(({ x, width }) => x + width)),
    height: Math.max(...corner.map(({ y, height }) => y + height)),
    heads: corner,
  };
}

function fromCorner(heads: readonly Head[]): Head[] {
  const left = Math.min(...heads.map(({ x }) => x));
  const top = Math.min(...heads.map(({ y }) => y));
  return heads.map((head) => ({ ...head, x: head.x - left, y: head.y - top }));
}

function sideBySide(heads: readonly Head[]): Head[] {
  let x = 0;
  return heads.map((head) => {
    const at = x;
    x += head.width;
    return { ...head, x: at, y: 0 };
  });
}
