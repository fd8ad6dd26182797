import type { Drawable, QxlCommand, Rect, SurfaceFormat } from '@lazyspice/core';
import { drawAlphaBlend } from './alpha-blend.js';
import { drawComposite } from './composite.js';
import { drawCopy, drawCopyBits } from './copy.js';
import type { Drawing } from './drawing.js';
import { CanvasError } from './errors.js';
import { drawConstant, drawFill } from './fill.js';
import { drawOpaque, drawRop3 } from './pattern-copy.js';
import { packBits } from './pixel-conversion.js';
import { type DecodeQuic, type SourceContext, unpackSurface } from './pixel-source.js';
import { bitsPerPixel, isSurfaceFormat, type Raster } from './raster.js';
import { drawStroke } from './stroke.js';
import { Surface, surfaceStride } from './surface.js';
import { Target } from './target.js';
import { destination } from './ternary-op.js';
import { drawText } from './text.js';
import { drawTransparent } from './transparent.js';

export interface CanvasLimits {
  /** Surfaces at one time, and the first id that is too large. */
  readonly surfaces: number;
  /** Bytes of all surfaces together. */
  readonly bytes: number;
  /** Pixels of one side of a surface. */
  readonly side: number;
}
export const defaultCanvasLimits: CanvasLimits = { surfaces: 1024, bytes: 1024 ** 3, side: 32_767 };

export interface CanvasOptions extends Partial<CanvasLimits> {
  /** Without it a QUIC source image is an error. */
  readonly decodeQuic?: DecodeQuic;
}

export type SurfaceRequest = Pick<
  Extract<QxlCommand, { type: 'surfaceCreate' }>,
  'format' | 'width' | 'height' | 'stride' | 'data'
> & { readonly id: number };

/** Pixels read from a surface: rows top-down. */
export interface PixelRect {
  readonly bytes: Uint8Array;
  /** Bytes from row to row: tightly packed to 4. */
  readonly stride: number;
  readonly format: SurfaceFormat;
}

/**
 * The surfaces of one QXL device and the drawing commands on them, as libspice-server's canvas draws them
 * (display pipeline §11). A command is drawn at once; one that cannot be obeyed throws a `CanvasError` before a pixel
 * has changed (only `too-large` may come later).
 */
export class Canvas {
  readonly limits: CanvasLimits;
  readonly #surfaces: (Surface | undefined)[] = [];
  readonly #target = new Target();
  readonly #context: SourceContext;
  #bytes = 0;

  constructor(options: CanvasOptions = {}) {
    const { decodeQuic, ...limits } = options;
    this.limits = { ...defaultCanvasLimits, ...limits };
    this.#context = { surface: (id) => this.#surfaces[id], decodeQuic: decodeQuic ?? null };
  }

  /** Bytes that all surfaces hold. */
  get surfaceBytes(): number {
    return this.#bytes;
  }

  surface(id: number): Surface | undefined {
    return this.#surfaces[id];
  }

  /** The existing surfaces by ascending id. */
  *surfaces(): Generator<Surface> {
    for (const surface of this.#surfaces) if (surface !== undefined) yield surface;
  }

  /**
   * Makes a surface, zeroed or with the given pixels: |stride| bytes a row, the bottom row first when it is negative.
   * Throws `surface-...`.
   */
  createSurface(request: SurfaceRequest): Surface {
    const { id, format, width, height, data } = request;
    this.#checkRequest(request);
    const bytes = surfaceStride(format, width) * height;
    if (this.#bytes + bytes > this.limits.bytes) {
      throw new CanvasError('surface-memory', `a surface of ${bytes} bytes beside ${this.#bytes} in use`);
    }
    const surface = allocate(id, format, width, height);
    if (data !== null) loadRows(surface, data, request.stride);
    this.#surfaces[id] = surface;
    this.#bytes += bytes;
    return surface;
  }

  /** Throws `surface-missing` for an unknown id. */
  destroySurface(id: number): void {
    const surface = this.#existing(id);
    this.#bytes -= surface.bytes.length;
    this.#surfaces[id] = undefined;
  }

  destroyAll(): void {
    this.#surfaces.length = 0;
    this.#bytes = 0;
  }

  /** Draws one command; throws a `CanvasError` for one that cannot be obeyed. */
  draw(drawable: Drawable): void {
    const surface = this.#existing(drawable.surfaceId);
    const { box } = drawable;
    if (box.left < 0 || box.top < 0 || box.right > surface.width || box.bottom > surface.height) {
      throw new CanvasError(
        'box',
        `box ${box.left},${box.top}-${box.right},${box.bottom} leaves the surface`,
      );
    }
    const target = this.#target;
    target.set(box, drawable.clip, surface.width, surface.height);
    if (target.isEmpty) return;
    if (surface.raster !== null) {
      this.#render(drawable, surface, surface.raster);
    } else {
      // COPY_BITS may read any pixel of the surface, other commands only those they write.
      const isMove = drawable.operation.type === 'copyBits';
      const area = isMove
        ? { left: 0, top: 0, right: surface.width, bottom: surface.height }
        : target.bounds();
      const raster = unpackSurface(surface, area);
      this.#render(drawable, surface, raster);
      packBits(surface.bytes, surface.stride, raster);
    }
  }

  /**
   * Copies pixels of a surface into `target` or, without one, into new memory. Throws `surface-missing`, `box` for a
   * rectangle that is empty or leaves the surface, `too-large` for a target that is too small.
   */
  readRect(surfaceId: number, rect: Rect, target?: Uint8Array): PixelRect {
    const surface = this.#existing(surfaceId);
    const { left, top, right, bottom } = rect;
    if (
      !(
        left >= 0 &&
        top >= 0 &&
        left < right &&
        top < bottom &&
        right <= surface.width &&
        bottom <= surface.height
      )
    ) {
      throw new CanvasError('box', `cannot read ${left},${top}-${right},${bottom}`);
    }
    const stride = surfaceStride(surface.format, right - left);
    const size = stride * (bottom - top);
    const bytes = target ?? new Uint8Array(size);
    if (bytes.length < size) {
      throw new CanvasError('too-large', `${size} bytes of pixels for a target of ${bytes.length} bytes`);
    }
    if (surface.raster === null) readBits(surface, rect, bytes, stride);
    else readRows(surface, rect, bytes, stride);
    return { bytes, stride, format: surface.format };
  }

  #existing(id: number): Surface {
    const surface = this.#surfaces[id];
    if (surface === undefined) throw new CanvasError('surface-missing', `surface ${id} does not exist`);
    return surface;
  }

  #checkRequest({ id, format, width, height, stride, data }: SurfaceRequest): void {
    const { surfaces, side } = this.limits;
    if (!(Number.isInteger(id) && id >= 0 && id < surfaces)) {
      throw new CanvasError('surface-id', `surface id ${id} is not below ${surfaces}`);
    }
    if (this.#surfaces[id] !== undefined) throw new CanvasError('surface-exists', `surface ${id} exists`);
    if (!isSurfaceFormat(format)) throw new CanvasError('surface-format', `surface format ${format}`);
    if (!(width >= 1 && width <= side && height >= 1 && height <= side)) {
      throw new CanvasError('surface-size', `a surface of ${width}x${height} pixels`);
    }
    if (data === null) return;
    const rowBytes = Math.ceil((width * bitsPerPixel(format)) / 8);
    if (Math.abs(stride) < rowBytes || data.length < Math.abs(stride) * (height - 1) + rowBytes) {
      throw new CanvasError(
        'surface-data',
        `${data.length} bytes with stride ${stride} for ${width}x${height}`,
      );
    }
  }

  #render(drawable: Drawable, surface: Surface, raster: Raster): void {
    const drawing = { drawable, surface, raster, target: this.#target, context: this.#context };
    drawOperation(drawing);
  }
}

const allocate = (id: number, format: SurfaceFormat, width: number, height: number): Surface => {
  try {
    return new Surface(id, format, width, height);
  } catch (cause) {
    throw new CanvasError('surface-memory', `no memory for ${width}x${height} pixels`, { cause });
  }
};

const drawOperation = (drawing: Drawing): void => {
  const { operation } = drawing.drawable;
  switch (operation.type) {
    case 'nop':
      break;
    case 'fill':
      drawFill(drawing, operation);
      break;
    case 'copy':
    case 'blend':
      drawCopy(drawing, operation);
      break;
    case 'copyBits':
      drawCopyBits(drawing, operation);
      break;
    case 'blackness':
      drawConstant(drawing, operation.mask, 0);
      break;
    case 'whiteness':
      drawConstant(drawing, operation.mask, 0xff);
      break;
    case 'inverse':
      drawConstant(drawing, operation.mask, destination ^ 0xff);
      break;
    case 'opaque':
      drawOpaque(drawing, operation);
      break;
    case 'rop3':
      drawRop3(drawing, operation);
      break;
    case 'transparent':
      drawTransparent(drawing, operation);
      break;
    case 'alphaBlend':
      drawAlphaBlend(drawing, operation);
      break;
    case 'text':
      drawText(drawing, operation);
      break;
    case 'stroke':
      drawStroke(drawing, operation);
      break;
    case 'composite':
      drawComposite(drawing, operation);
      break;
  }
};

/** Bytes of a row that hold pixels. */
const rowBytesOf = (surface: Surface): number => Math.ceil(surface.width * surface.bytesPerPixel);

const loadRows = (surface: Surface, data: Uint8Array, stride: number): void => {
  const step = Math.abs(stride);
  const rowBytes = rowBytesOf(surface);
  if (stride === surface.stride && data.length >= surface.bytes.length) {
    surface.bytes.set(data.subarray(0, surface.bytes.length));
    return;
  }
  for (let y = 0; y < surface.height; y++) {
    const row = (stride < 0 ? surface.height - 1 - y : y) * step;
    surface.bytes.set(data.subarray(row, row + rowBytes), y * surface.stride);
  }
};

const readRows = (surface: Surface, rect: Rect, bytes: Uint8Array, stride: number): void => {
  const left = rect.left * surface.bytesPerPixel;
  const rowBytes = (rect.right - rect.left) * surface.bytesPerPixel;
  // Rows of nearly the surface's width may have its stride too.
  if (rowBytes === surface.width * surface.bytesPerPixel) {
    bytes.set(surface.bytes.subarray(rect.top * stride, rect.bottom * stride));
    return;
  }
  for (let y = rect.top, to = 0; y < rect.bottom; y++, to += stride) {
    const row = y * surface.stride + left;
    bytes.set(surface.bytes.subarray(row, row + rowBytes), to);
  }
};

const readBits = (surface: Surface, rect: Rect, bytes: Uint8Array, stride: number): void => {
  const { cells } = unpackSurface(surface, rect);
  const right = rect.right - rect.left;
  const bottom = rect.bottom - rect.top;
  packBits(bytes, stride, {
    format: surface.format,
    cells,
    base: 0,
    pitch: right,
    left: 0,
    top: 0,
    right,
    bottom,
  });
};
