/** The display channel: protocol §5.2 and §8.1. */
import {
  Clip,
  channel,
  Head,
  message,
  PathSegment,
  Point,
  Point16,
  qxlLimits,
  Rect,
  Rop,
  ScaleMode,
  SurfaceFormat,
  schema,
  Transform,
} from '@lazyspice/core';
import { WaitForChannel } from './base.js';
import { displayCapabilities } from './capabilities.js';
import { GlyphString, WireBrush, WireImage, WireMask } from './image.js';
import { protocolLimits as limits } from './limits.js';

const {
  bytes,
  countedList,
  countOf,
  detached,
  enumOf,
  flags,
  i32,
  i64,
  list,
  pointer,
  rest,
  struct,
  u8,
  u16,
  u32,
  u64,
  u64Number,
  when,
} = schema;

export const VideoCodec = enumOf(u8, { mjpeg: 1, vp8: 2, h264: 3, vp9: 4, h265: 5 });
/** streamingMode: the whole surface is one video stream. */
export const SurfaceFlags = flags(u32, { primary: 1, streamingMode: 2 });
/** What PREFERRED_COMPRESSION may ask for. */
export const imageCompressions = { off: 1, autoGlz: 2, autoLz: 3, quic: 4, glz: 5, lz: 6, lz4: 7 } as const;

/** An image that the client forgets. Type 1: an image of the pixmap cache. */
export const CachedResource = struct('CachedResource', { type: u8, id: u64 });

/** Operator and filters in the low 18 bits; the has... bits follow from the fields. */
export const CompositeFlags = flags(u32, {
  componentAlpha: 1 << 18,
  hasMask: 1 << 19,
  hasSourceTransform: 1 << 20,
  hasMaskTransform: 1 << 21,
  sourceOpaque: 1 << 22,
  maskOpaque: 1 << 23,
  destinationOpaque: 1 << 24,
});

/** Every drawing message: where it draws. */
const target = { surfaceId: u32, box: Rect, clip: Clip };
const copy = {
  ...target,
  source: pointer(WireImage),
  sourceArea: Rect,
  rop: Rop,
  scaleMode: ScaleMode,
  mask: WireMask,
};
const maskOnly = { ...target, mask: WireMask };
const frame = bytes({ length: u32, max: limits.imageData });

export const display = channel({
  type: 2,
  name: 'display',
  capabilities: displayCapabilities,
  clientMaxBody: limits.displayClientBody,
  server: {
    mode: message(101, { width: u32, height: u32, bits: u32 }, 'Legacy: creates the primary surface.'),
    mark: message(102, {}, 'The picture may be shown.'),
    reset: message(103, {}, 'Legacy: clears the primary surface and the palettes, takes MARK back.'),
    copyBits: message(104, { ...target, source: Point }, 'Moves pixels within a surface.'),
    invalList: message(
      105,
      { resources: list(CachedResource, { count: u16, max: limits.resources }) },
      'Images leave the cache.',
    ),
    invalAllPixmaps: message(
      106,
      { channels: list(WaitForChannel, { count: u8, max: limits.waitForChannels }) },
      'Empties the image cache, after the named channels have come so far.',
    ),
    invalPalette: message(107, { id: u64 }, 'A palette leaves the cache.'),
    invalAllPalettes: message(108, {}, 'Empties the palette cache.'),
    streamCreate: message(
      122,
      {
        surfaceId: u32,
        id: u32,
        flags: flags(u8, { topDown: 1 }),
        codec: VideoCodec,
        /** 0. */
        stamp: u64Number,
        streamWidth: u32,
        streamHeight: u32,
        sourceWidth: u32,
        sourceHeight: u32,
        destination: Rect,
        clip: Clip,
      },
      'Begins a video stream.',
    ),
    streamData: message(123, { id: u32, mmTime: u32, data: frame }, 'One frame, due at mmTime.'),
    streamClip: message(
      124,
      { id: u32, clip: Clip },
      'Replaces the clip of a stream; no rectangles hide it.',
    ),
    streamDestroy: message(125, { id: u32 }, 'Ends a stream.'),
    streamDestroyAll: message(126, {}, 'Ends all streams.'),
    drawFill: message(302, { ...target, brush: WireBrush, rop: Rop, mask: WireMask }, 'Brush onto the box.'),
    drawOpaque: message(
      303,
      {
        ...target,
        source: pointer(WireImage),
        sourceArea: Rect,
        brush: WireBrush,
        rop: Rop,
        scaleMode: ScaleMode,
        mask: WireMask,
      },
      'Brush and image combined, put to the box.',
    ),
    drawCopy: message(304, copy, 'Image onto the box, scaled when the sizes differ.'),
    drawBlend: message(305, copy, 'Image combined with what is in the box.'),
    drawBlackness: message(306, maskOnly, 'Blackens the box.'),
    drawWhiteness: message(307, maskOnly, 'Whitens the box.'),
    drawInverse: message(308, maskOnly, 'Inverts the box.'),
    drawRop3: message(
      309,
      {
        ...target,
        source: pointer(WireImage),
        sourceArea: Rect,
        brush: WireBrush,
        /** Clients die of the 38 codes that do not depend on all three operands. §5.2 */
        rop3: u8,
        scaleMode: ScaleMode,
        mask: WireMask,
      },
      'Ternary raster operation of image, brush and box.',
    ),
    drawStroke: message(
      310,
      {
        ...target,
        path: pointer(list(PathSegment, { count: u32, max: qxlLimits.pathSegments })),
        /** styled follows from `style`. */
        attributes: flags(u8, { startWithGap: 4, styled: 8 }),
        /** Dash lengths in 28.4 fixed; null: solid. */
        style: when('attributes', 'styled', detached(list(i32, { count: u8, max: qxlLimits.dashes }))),
        brush: WireBrush,
        foreMode: Rop,
        backMode: Rop,
      },
      'A line one pixel wide along a path.',
    ),
    drawText: message(
      311,
      {
        ...target,
        string: pointer(GlyphString),
        backArea: Rect,
        foreBrush: WireBrush,
        backBrush: WireBrush,
        foreMode: Rop,
        backMode: Rop,
      },
      'Glyphs.',
    ),
    drawTransparent: message(
      312,
      { ...target, source: pointer(WireImage), sourceArea: Rect, sourceColor: u32, trueColor: u32 },
      'Image without the pixels of one colour.',
    ),
    drawAlphaBlend: message(
      313,
      {
        ...target,
        alphaFlags: flags(u8, { destinationHasAlpha: 1, sourceSurfaceHasAlpha: 2 }),
        alpha: u8,
        source: pointer(WireImage),
        sourceArea: Rect,
      },
      'Image over the box with a constant alpha.',
    ),
    surfaceCreate: message(
      314,
      { surfaceId: u32, width: u32, height: u32, format: SurfaceFormat, flags: SurfaceFlags },
      'A surface of zeroes.',
    ),
    surfaceDestroy: message(315, { surfaceId: u32 }, 'A surface goes.'),
    streamDataSized: message(
      316,
      { id: u32, mmTime: u32, width: u32, height: u32, destination: Rect, data: frame },
      'One frame of a size and place of its own.',
    ),
    monitorsConfig: message(
      317,
      {
        count: countOf('heads', u16),
        maxAllowed: u16,
        heads: countedList(Head, { count: 'count', max: limits.monitors }),
      },
      'Which parts of which surfaces are monitors.',
    ),
    drawComposite: message(
      318,
      {
        ...target,
        flags: CompositeFlags,
        source: pointer(WireImage),
        mask: when('flags', 'hasMask', pointer(WireImage)),
        sourceTransform: when('flags', 'hasSourceTransform', Transform),
        maskTransform: when('flags', 'hasMaskTransform', Transform),
        sourceOrigin: Point16,
        maskOrigin: Point16,
      },
      'A Render composition.',
    ),
    streamActivateReport: message(
      319,
      { streamId: u32, uniqueId: u32, maxWindowSize: u32, timeoutMs: u32 },
      'Asks for STREAM_REPORTs.',
    ),
    glScanoutUnix: message(
      320,
      { width: u32, height: u32, stride: u32, fourcc: u32, flags: flags(u32, { y0Top: 1 }) },
      'A dma-buf, whose descriptor travels beside the stream.',
    ),
    glDraw: message(321, { x: u32, y: u32, width: u32, height: u32 }, 'A part of the dma-buf has changed.'),
    qualityIndicator: message(322, { data: rest({ max: limits.agentData }) }, 'Not used.'),
  },
  client: {
    init: message(
      101,
      {
        pixmapCacheId: u8,
        /** Pixels. */
        pixmapCacheSize: i64,
        glzDictionaryId: u8,
        /** Pixels; 0: the client has no GLZ. */
        glzWindowSize: i32,
      },
      'The first message: caches and dictionaries of the client.',
    ),
    streamReport: message(
      102,
      {
        streamId: u32,
        uniqueId: u32,
        startFrameMmTime: u32,
        endFrameMmTime: u32,
        numFrames: u32,
        numDrops: u32,
        /** ms; negative: late. */
        lastFrameDelay: i32,
        /** ms; 0xffffffff: no sound. */
        audioDelay: u32,
      },
      'How the frames of a stream arrive.',
    ),
    preferredCompression: message(103, { compression: u8 }, 'How images should be compressed.'),
    glDrawDone: message(104, {}, 'Answers GL_DRAW.'),
    preferredVideoCodec: message(
      105,
      { codecs: list(u8, { count: u8, max: limits.videoCodecs }) },
      'Video codecs in order of preference.',
    ),
  },
});
