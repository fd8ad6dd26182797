import type {
  Brush,
  Drawable,
  DrawOperation,
  Image,
  Mask,
  Palette,
  Point,
  Point16,
  Rect,
} from '@lazyspice/core';
import type { EventText } from './event-text.js';
import {
  bitmapBits,
  brushTypes,
  dependencySlots,
  drawTypes,
  imageTypes,
  noSurface,
  styledBit,
} from './format.js';
import { bytesOfGlyphs, bytesOfIntegers, bytesOfRects, bytesOfSegments } from './write-blobs.js';

const noArea: Rect = { top: 0, left: 0, bottom: 0, right: 0 };

const writePoint = (out: EventText, { x, y }: Point): EventText => out.line('point', x, y);
const writeRect = (out: EventText, name: string, { top, left, bottom, right }: Rect): EventText =>
  out.line(`rect ${name}`, top, left, bottom, right);

/** A DRAW command's body, native layout (recording-format §3). */
export function writeDraw(out: EventText, drawable: Drawable): void {
  out.line('drawable');
  writeRect(out, 'bbox', drawable.box);
  out.line('type', drawable.clip === null ? 0 : 1);
  if (drawable.clip !== null) {
    out.line('num_rects', drawable.clip.length).chunks('clip_rects', bytesOfRects(drawable.clip));
  }
  out.line('effect', drawable.effect).line('mm_time', drawable.mmTime);
  out.line('self_bitmap', drawable.selfBitmapArea === null ? 0 : 1);
  writeRect(out, 'self_bitmap_area', drawable.selfBitmapArea ?? noArea);
  out.line('surface_id', drawable.surfaceId);
  for (let index = 0; index < dependencySlots; index++) {
    const dependency = drawable.dependencies[index];
    out.line('surfaces_dest', dependency?.surfaceId ?? noSurface);
    writeRect(out, 'surfaces_rects', dependency?.area ?? noArea);
  }
  out.line('type', drawTypes[drawable.operation.type]);
  writeOperation(out, drawable.operation);
}

function writeOperation(out: EventText, operation: DrawOperation): void {
  switch (operation.type) {
    case 'nop':
      return;
    case 'fill':
      writeBrush(out, operation.brush);
      out.line('rop_descriptor', operation.rop);
      return writeMask(out, operation.mask);
    case 'copy':
    case 'blend':
      writeSource(out, operation);
      out.line('rop_descriptor', operation.rop).line('scale_mode', operation.scaleMode);
      return writeMask(out, operation.mask);
    case 'opaque':
      writeSource(out, operation);
      writeBrush(out, operation.brush);
      out.line('rop_descriptor', operation.rop).line('scale_mode', operation.scaleMode);
      return writeMask(out, operation.mask);
    case 'rop3':
      writeSource(out, operation);
      writeBrush(out, operation.brush);
      out.line('rop3', operation.rop3).line('scale_mode', operation.scaleMode);
      return writeMask(out, operation.mask);
    case 'copyBits':
      writePoint(out, operation.source);
      return;
    case 'blackness':
    case 'whiteness':
    case 'inverse':
      return writeMask(out, operation.mask);
    case 'stroke':
      return writeStroke(out, operation);
    case 'text':
      return writeText(out, operation);
    case 'transparent':
      writeSource(out, operation);
      out.line('src_color', operation.sourceColor).line('true_color', operation.trueColor);
      return;
    case 'alphaBlend':
      out.line('alpha_flags', operation.alphaFlags).line('alpha', operation.alpha);
      return writeSource(out, operation);
    case 'composite':
      return writeComposite(out, operation);
  }
}

function writeSource(out: EventText, from: { source: Image | null; sourceArea: Rect }): void {
  writeImage(out, from.source);
  writeRect(out, 'src_area', from.sourceArea);
}

function writeStroke(out: EventText, stroke: Extract<DrawOperation, { type: 'stroke' }>): void {
  out.chunks('path', bytesOfSegments(stroke.path)).line('attr.flags', stroke.attributes);
  if (stroke.attributes & styledBit) {
    out.line('attr.style_nseg', stroke.style.length).blob('style', bytesOfIntegers(stroke.style));
  }
  writeBrush(out, stroke.brush);
  out.line('fore_mode', stroke.foreMode).line('back_mode', stroke.backMode);
}

function writeText(out: EventText, text: Extract<DrawOperation, { type: 'text' }>): void {
  const run = bytesOfGlyphs(text.glyphs);
  out.line('data_size', run.length).line('length', text.glyphs.length).line('flags', text.stringFlags);
  out.chunks('string', run);
  writeRect(out, 'back_area', text.backArea);
  writeBrush(out, text.foreBrush);
  writeBrush(out, text.backBrush);
  out.line('fore_mode', text.foreMode).line('back_mode', text.backMode);
}

function writeComposite(out: EventText, composite: Extract<DrawOperation, { type: 'composite' }>): void {
  out.line('flags', composite.flags);
  writeImage(out, composite.source);
  writeTransform(out, 'src_transform', composite.sourceTransform);
  out.line('mask', composite.mask === null ? 0 : 1);
  if (composite.mask !== null) writeImage(out, composite.mask);
  writeTransform(out, 'mask_transform', composite.maskTransform);
  writeOrigin(out, 'src_origin', composite.sourceOrigin);
  writeOrigin(out, 'mask_origin', composite.maskOrigin);
}

function writeTransform(out: EventText, key: string, transform: readonly number[] | null): void {
  out.line(key, transform === null ? 0 : 1);
  if (transform !== null) out.blob('transform', bytesOfIntegers(transform));
}

function writeOrigin(out: EventText, key: string, { x, y }: Point16): void {
  out.line(key, x, y);
}

function writeBrush(out: EventText, brush: Brush): void {
  out.line('type', brushTypes[brush.type]);
  if (brush.type === 'solid') out.line('u.color', brush.color);
  if (brush.type === 'pattern') {
    writeImage(out, brush.image);
    writePoint(out, brush.position);
  }
}

function writeMask(out: EventText, mask: Mask): void {
  out.line('flags', mask.flags);
  writePoint(out, mask.position);
  writeImage(out, mask.image);
}

function writeImage(out: EventText, image: Image | null): void {
  out.line('image', image === null ? 0 : 1);
  if (image === null) return;
  const { content } = image;
  out.line('descriptor.id', image.id).line('descriptor.type', imageTypes[content.type]);
  out.line('descriptor.flags', image.flags);
  out.line('descriptor.width', image.width).line('descriptor.height', image.height);
  switch (content.type) {
    case 'surface':
      out.line('surface_image.surface_id', content.surfaceId);
      return;
    case 'quic':
      out.line('quic.data_size', content.data.length).chunks('quic.data', content.data);
      return;
    case 'bitmap': {
      const unstable = content.unstable ? bitmapBits.unstable : 0;
      const topDown = content.topDown ? bitmapBits.topDown : 0;
      out.line('bitmap.format', content.format).line('bitmap.flags', unstable | topDown);
      out.line('bitmap.x', content.width).line('bitmap.y', content.height);
      out.line('bitmap.stride', content.stride);
      writePalette(out, content.palette);
      out.chunks('bitmap.data', content.data);
    }
  }
}

function writePalette(out: EventText, palette: Palette | null): void {
  out.line('has_palette', palette === null ? 0 : 1);
  if (palette === null) return;
  out.line('qp.num_ents', palette.entries.length).line('unique', palette.unique);
  for (const entry of palette.entries) out.line('ents', entry);
}
