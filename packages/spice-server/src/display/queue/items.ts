import type { Drawable, Head, Rect, SurfaceFormat } from '@lazyspice/core';

/** Pixels of a surface area, rows top-down. */
export interface PixelBlock {
  readonly format: SurfaceFormat;
  /** Bytes from row to row. */
  readonly stride: number;
  readonly bytes: Uint8Array;
}

/** What a display channel has to tell its client, in order. */
export type DisplayItem =
  | {
      readonly type: 'surfaceCreate';
      readonly surfaceId: number;
      readonly width: number;
      readonly height: number;
      readonly format: SurfaceFormat;
    }
  | { readonly type: 'surfaceDestroy'; readonly surfaceId: number }
  /** A command as the guest gave it. Its pixels do not change any more. `loss`: its source may be sent with loss. */
  | {
      readonly type: 'draw';
      readonly drawable: Drawable;
      /** What it draws on. */
      readonly target: SurfaceFormat;
      readonly loss: boolean;
    }
  /** Pixels of the server's surface instead of commands. `loss`: they may be sent with loss. */
  | {
      readonly type: 'image';
      readonly surfaceId: number;
      readonly area: Rect;
      readonly pixels: PixelBlock;
      readonly loss: boolean;
    }
  | { readonly type: 'monitorsConfig'; readonly maxAllowed: number; readonly heads: readonly Head[] }
  | { readonly type: 'invalidatePalettes' }
  /** Every image leaves the cache. */
  | { readonly type: 'invalidatePixmaps' }
  | { readonly type: 'destroyStreams' }
  | { readonly type: 'mark' };
