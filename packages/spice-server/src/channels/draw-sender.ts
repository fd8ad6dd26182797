import type {
  Brush,
  Drawable,
  DrawOperation,
  Glyph,
  Image,
  Mask,
  Rect,
  SurfaceFormat,
  schema,
} from '@lazyspice/core';
import type { ImagePacker, WireImageValue } from '../display/images/image-packer.js';
import type { DroppedImages, Waits } from '../display/images/pixmap-cache.js';
import type { PixelBlock } from '../display/queue/items.js';
import { channelTypes } from '../protocol/channel-types.js';
import { baseServer } from '../protocol/generated/base.codec.js';
import { displayServer } from '../protocol/generated/display.codec.js';
import type { WireBrush, WireMask } from '../protocol/image.js';
import type { MessageEncoder } from '../wire/framing.js';
import { ChannelError } from './channel.js';

type Operation<T extends DrawOperation['type']> = Extract<DrawOperation, { type: T }>;
/** Where a command draws: the first fields of every drawing message. */
interface Target {
  readonly surfaceId: number;
  readonly box: Rect;
  readonly clip: Drawable['clip'];
}

/** How the source of a copy is sent. */
interface SourceUse {
  /** Of the surface that it is copied to. */
  readonly format: SurfaceFormat;
  readonly loss: boolean;
}

const ropPut = 8;
const scaleNearest = 1;
const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null } as const;
/** Type number of an image in INVAL_LIST. */
const pixmapResource = 1;
/** Images that one INVAL_LIST names. */
const maxResources = 65_535;

/** Puts one message into the channel's outbox. */
export type SendMessage = <Body>(message: MessageEncoder<Body>, body: Body) => void;

/** Writes drawing commands and pixels as messages of the display channel: protocol §5.2. */
export class DrawSender {
  readonly #images: ImagePacker;
  readonly #send: SendMessage;
  readonly #serial: () => number;

  /** @param serial of the last message sent. */
  constructor(images: ImagePacker, send: SendMessage, serial: () => number) {
    this.#images = images;
    this.#send = send;
    this.#serial = serial;
  }

  /** Tells the client to drop images from its cache. */
  drop({ keys, waits }: DroppedImages): void {
    this.#wait(waits);
    for (let at = 0; at < keys.length; at += maxResources) {
      const resources = keys.slice(at, at + maxResources).map((id) => ({ type: pixmapResource, id }));
      this.#send(displayServer.invalList, { resources });
    }
  }

  /** Pixels of a surface area, with loss where that is worth it. */
  pixels(surfaceId: number, area: Rect, block: PixelBlock, loss: boolean): void {
    this.#images.begin();
    const source = this.#images.pixels(area, block, loss);
    const sourceArea = { top: 0, left: 0, bottom: area.bottom - area.top, right: area.right - area.left };
    const target = { surfaceId, box: area, clip: null };
    const how = { rop: ropPut, scaleMode: scaleNearest, mask: noMask } as const;
    this.#draw(displayServer.drawCopy, { ...target, source, sourceArea, ...how });
  }

  /**
   * A command on a surface of that format, its source with loss where that is worth it.
   * INVARIANT: `DisplayAbilities.draw` accepts it.
   */
  drawable({ surfaceId, box, clip, operation }: Drawable, format: SurfaceFormat, loss: boolean): void {
    this.#images.begin();
    this.#operation({ surfaceId, box, clip }, operation, { format, loss });
  }

  #operation(target: Target, operation: DrawOperation, how: SourceUse): void {
    switch (operation.type) {
      case 'nop':
        return;
      case 'fill': {
        const { surfaceId, box, clip } = target;
        const brush = this.#brush(operation.brush);
        const mask = this.#mask(operation.mask);
        return this.#draw(displayServer.drawFill, { surfaceId, box, clip, brush, rop: operation.rop, mask });
      }
      case 'copyBits':
        return this.#send(displayServer.copyBits, { ...target, source: operation.source });
      case 'copy':
        return this.#plainCopy(target, operation, how);
      case 'blend':
        return this.#draw(displayServer.drawBlend, { ...target, ...this.#copy(operation) });
      case 'opaque':
        return this.#opaque(target, operation);
      case 'blackness':
        return this.#draw(displayServer.drawBlackness, { ...target, mask: this.#mask(operation.mask) });
      case 'whiteness':
        return this.#draw(displayServer.drawWhiteness, { ...target, mask: this.#mask(operation.mask) });
      case 'inverse':
        return this.#draw(displayServer.drawInverse, { ...target, mask: this.#mask(operation.mask) });
      case 'rop3':
        return this.#rop3(target, operation);
      case 'stroke':
        return this.#stroke(target, operation);
      case 'text':
        return this.#text(target, operation);
      case 'transparent': {
        const { sourceArea, sourceColor, trueColor } = operation;
        const source = this.#source(operation.source);
        return this.#draw(displayServer.drawTransparent, {
          ...target,
          source,
          sourceArea,
          sourceColor,
          trueColor,
        });
      }
      case 'alphaBlend': {
        const { alphaFlags, alpha, sourceArea } = operation;
        const source = this.#source(operation.source);
        return this.#draw(displayServer.drawAlphaBlend, { ...target, alphaFlags, alpha, source, sourceArea });
      }
      case 'composite':
        return this.#composite(target, operation);
    }
  }

  /** Fields are named one by one here: it is the message that there are most of. */
  #plainCopy({ surfaceId, box, clip }: Target, operation: Operation<'copy'>, how: SourceUse): void {
    const { sourceArea, rop, scaleMode } = operation;
    const source = this.#source(operation.source, how);
    const mask = this.#mask(operation.mask);
    this.#draw(displayServer.drawCopy, { surfaceId, box, clip, source, sourceArea, rop, scaleMode, mask });
  }

  #copy({ source, sourceArea, rop, scaleMode, mask }: Operation<'blend'>) {
    return { source: this.#source(source), sourceArea, rop, scaleMode, mask: this.#mask(mask) };
  }

  #opaque(target: Target, operation: Operation<'opaque'>): void {
    const { sourceArea, rop, scaleMode } = operation;
    this.#draw(displayServer.drawOpaque, {
      ...target,
      source: this.#source(operation.source),
      sourceArea,
      brush: this.#brush(operation.brush),
      rop,
      scaleMode,
      mask: this.#mask(operation.mask),
    });
  }

  #rop3(target: Target, operation: Operation<'rop3'>): void {
    const { sourceArea, rop3, scaleMode } = operation;
    this.#draw(displayServer.drawRop3, {
      ...target,
      source: this.#source(operation.source),
      sourceArea,
      brush: this.#brush(operation.brush),
      rop3,
      scaleMode,
      mask: this.#mask(operation.mask),
    });
  }

  #stroke(target: Target, operation: Operation<'stroke'>): void {
    const { path, attributes, style, foreMode, backMode } = operation;
    this.#draw(displayServer.drawStroke, {
      ...target,
      path,
      attributes,
      style: (attributes & styledLine) === 0 ? null : style,
      brush: this.#brush(operation.brush),
      foreMode,
      backMode,
    });
  }

  #text(target: Target, operation: Operation<'text'>): void {
    const { stringFlags, glyphs, backArea, foreMode, backMode } = operation;
    this.#draw(displayServer.drawText, {
      ...target,
      string: { flags: stringFlags, glyphs: glyphs.map((glyph) => exactGlyph(glyph, stringFlags)) },
      backArea,
      foreBrush: this.#brush(operation.foreBrush),
      backBrush: this.#brush(operation.backBrush),
      foreMode,
      backMode,
    });
  }

  #composite(target: Target, operation: Operation<'composite'>): void {
    const { flags, mask, sourceTransform, maskTransform, sourceOrigin, maskOrigin } = operation;
    this.#draw(displayServer.drawComposite, {
      ...target,
      flags: flags & ~derivedCompositeFlags,
      source: this.#source(operation.source),
      mask: mask === null ? null : this.#images.image(mask),
      sourceTransform,
      maskTransform,
      sourceOrigin,
      maskOrigin,
    });
  }

  /** Sends a message with images in it, and before it what the client must drop for them. */
  #draw<Body>(message: MessageEncoder<Body>, body: Body): void {
    const first = this.#images.prepareMessage();
    if (first !== null) {
      for (const id of first.palettes) this.#send(displayServer.invalPalette, { id });
      this.drop(first.images);
      this.#wait(first.waits);
    }
    this.#send(message, body);
    this.#images.sent(this.#serial());
  }

  /** Holds the client up until it has come so far on its other display channels. */
  #wait(waits: Waits): void {
    if (waits.size === 0) return;
    const channels = [...waits].map(([channelId, serial]) => {
      return { channelType: channelTypes.display, channelId, serial: BigInt(serial) };
    });
    this.#send(baseServer.waitForChannels, { channels });
  }

  #source(source: Image | null, how?: SourceUse): WireImageValue {
    // INVARIANT: commands that read what they cover are sent as pixels.
    if (source === null) throw new ChannelError('display: a command without its source image cannot be sent');
    return this.#images.image(source, how?.loss, how?.format);
  }

  #brush(brush: Brush): schema.Infer<typeof WireBrush> {
    if (brush.type !== 'pattern') return brush;
    return { ...brush, image: this.#images.image(brush.image) };
  }

  #mask({ flags, position, image }: Mask): schema.Infer<typeof WireMask> {
    return { flags, position, image: image === null ? null : this.#images.mask(image) };
  }
}

const styledLine = 8;
/** HAS_MASK, HAS_SRC_TRANSFORM, HAS_MASK_TRANSFORM follow from the fields. */
const derivedCompositeFlags = (1 << 19) | (1 << 20) | (1 << 21);

/** Bits a pixel of glyphs, by string flag; the first that is set counts. */
const glyphBits = [
  [1, 1],
  [2, 4],
  [4, 8],
] as const;

/** The glyph without bytes that do not belong to it: the protocol takes none. */
function exactGlyph(glyph: Glyph, stringFlags: number): Glyph {
  const bits = glyphBits.find(([flag]) => (stringFlags & flag) !== 0)?.[1] ?? 0;
  const length = Math.ceil((glyph.width * bits) / 8) * glyph.height;
  return glyph.data.length === length ? glyph : { ...glyph, data: glyph.data.subarray(0, length) };
}
