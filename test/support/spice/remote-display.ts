import type { Drawable, DrawOperation, Head, Image } from '@lazyspice/core';
import { Canvas } from '../../../packages/spice-server/src/display/canvas/canvas.js';
import type { ServerMessage } from '../../../packages/spice-server/src/protocol/messages.js';
import { RemoteStreams } from './remote-streams.js';
import { ClientImages, SharedImages } from './wire-images.js';

type DisplayMessage = ServerMessage<'display'>;
type Target = Pick<Drawable, 'surfaceId' | 'box' | 'clip'>;

const primaryFlag = 1;
const ropPut = 8;
const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null } as const;

export interface RemoteDisplayOptions {
  /** What the session's display channels have in common; by default nothing is cached. */
  readonly shared?: SharedImages;
  /**
   * Paints as spice-html5 does: no clips, masks or raster operations, bitmaps whole at the top left of the box,
   * only solid fills, 32-bit surfaces (protocol §10, appendix F).
   */
  readonly minimal?: boolean;
}

/**
 * What a client of one display channel has on its screen: every message is executed on a canvas of its own. It is
 * strict where real clients hang, crash or misdraw: messages for surfaces that do not exist, a surface created
 * twice, images that are not in the cache.
 */
export class RemoteDisplay {
  readonly canvas = new Canvas();
  readonly images: ClientImages;
  readonly streams: RemoteStreams;
  readonly #minimal: boolean;
  #heads: readonly Head[] = [];
  #marked = false;

  constructor(options: RemoteDisplayOptions = {}) {
    this.#minimal = options.minimal ?? false;
    this.images = new ClientImages(options.shared ?? new SharedImages(0), this.#minimal);
    this.streams = new RemoteStreams(this.canvas, !this.#minimal);
  }

  /** The client shows its picture. */
  get isMarked(): boolean {
    return this.#marked;
  }

  get heads(): readonly Head[] {
    return this.#heads;
  }

  receive(message: DisplayMessage): void {
    const { images } = this;
    switch (message.name) {
      case 'surfaceCreate': {
        const { surfaceId: id, format, width, height, flags } = message.body;
        if (((flags & primaryFlag) !== 0) !== (id === 0))
          throw new Error(`surface ${id} with flags ${flags}`);
        if (this.#minimal && format !== 32 && format !== 96) throw new Error(`a surface of format ${format}`);
        this.canvas.createSurface({ id, format, width, height, stride: 0, data: null });
        return;
      }
      case 'surfaceDestroy':
        this.canvas.destroySurface(message.body.surfaceId);
        return;
      case 'monitorsConfig':
        if (this.#minimal) throw new Error('MONITORS_CONFIG for a client that does not know it');
        this.#heads = message.body.heads;
        return;
      case 'mark':
        this.#marked = true;
        return;
      case 'invalAllPalettes':
        return images.invalidateAllPalettes();
      case 'invalPalette':
        return images.invalidatePalette(message.body.id);
      case 'invalList':
        return images.invalidateList(message.body.resources);
      case 'invalAllPixmaps':
        return images.invalidateAllPixmaps();
      case 'streamCreate':
        return this.streams.create(message.body);
      case 'streamData':
        return this.streams.data(message.body);
      case 'streamDataSized':
        return this.streams.sized(message.body);
      case 'streamClip':
        return this.streams.clip(message.body);
      case 'streamDestroy':
        return this.streams.destroy(message.body.id);
      case 'streamDestroyAll':
        return this.streams.running.clear();
      case 'streamActivateReport':
      case 'setAck':
      case 'ping':
        return;
      default:
        return this.#draw(message);
    }
  }

  #draw(message: DisplayMessage): void {
    const operation = this.#operation(message);
    const { surfaceId, box, clip } = message.body as Target;
    const drawable: Drawable = {
      surfaceId,
      box,
      clip,
      effect: 0,
      mmTime: 0,
      selfBitmapArea: null,
      dependencies: [],
      operation,
    };
    this.canvas.draw(this.#minimal ? asMinimal(drawable) : drawable);
  }

  #operation(message: DisplayMessage): DrawOperation {
    const { images } = this;
    switch (message.name) {
      case 'copyBits':
        return { type: 'copyBits', source: message.body.source };
      case 'drawFill': {
        const { brush, rop, mask } = message.body;
        return { type: 'fill', brush: images.brush(brush), rop, mask: images.mask(mask) };
      }
      case 'drawCopy':
      case 'drawBlend': {
        const { source, sourceArea, rop, scaleMode, mask } = message.body;
        const type = message.name === 'drawCopy' ? 'copy' : 'blend';
        return { type, source: images.image(source), sourceArea, rop, scaleMode, mask: images.mask(mask) };
      }
      case 'drawOpaque': {
        const { source, sourceArea, brush, rop, scaleMode, mask } = message.body;
        const parts = { source: images.image(source), brush: images.brush(brush), mask: images.mask(mask) };
        return { type: 'opaque', sourceArea, rop, scaleMode, ...parts };
      }
      case 'drawRop3': {
        const { source, sourceArea, brush, rop3, scaleMode, mask } = message.body;
        const parts = { source: images.image(source), brush: images.brush(brush), mask: images.mask(mask) };
        return { type: 'rop3', sourceArea, rop3, scaleMode, ...parts };
      }
      case 'drawBlackness':
        return { type: 'blackness', mask: images.mask(message.body.mask) };
      case 'drawWhiteness':
        return { type: 'whiteness', mask: images.mask(message.body.mask) };
      case 'drawInverse':
        return { type: 'inverse', mask: images.mask(message.body.mask) };
      case 'drawTransparent': {
        const { source, sourceArea, sourceColor, trueColor } = message.body;
        return { type: 'transparent', source: images.image(source), sourceArea, sourceColor, trueColor };
      }
      case 'drawAlphaBlend': {
        const { source, sourceArea, alphaFlags, alpha } = message.body;
        return { type: 'alphaBlend', source: images.image(source), sourceArea, alphaFlags, alpha };
      }
      case 'drawStroke': {
        const { path, attributes, style, brush, foreMode, backMode } = message.body;
        const parts = { style: style ?? [], brush: images.brush(brush) };
        return { type: 'stroke', path, attributes, foreMode, backMode, ...parts };
      }
      case 'drawText': {
        const { string, backArea, foreBrush, backBrush, foreMode, backMode } = message.body;
        const brushes = { foreBrush: images.brush(foreBrush), backBrush: images.brush(backBrush) };
        const { flags: stringFlags, glyphs } = string;
        return { type: 'text', stringFlags, glyphs, backArea, foreMode, backMode, ...brushes };
      }
      case 'drawComposite': {
        const { flags, source, mask, sourceTransform, maskTransform, sourceOrigin, maskOrigin } =
          message.body;
        const parts = { source: images.image(source), mask: mask === null ? null : images.image(mask) };
        return {
          type: 'composite',
          flags,
          sourceTransform,
          maskTransform,
          sourceOrigin,
          maskOrigin,
          ...parts,
        };
      }
      default:
        throw new Error(`display.${message.name} is not expected`);
    }
  }
}

function asMinimal(drawable: Drawable): Drawable {
  const { operation, box } = drawable;
  const unclipped = { ...drawable, clip: null };
  switch (operation.type) {
    case 'fill':
      if (operation.brush.type !== 'solid') throw new Error(`a ${operation.brush.type} brush`);
      return { ...unclipped, operation: { ...operation, rop: ropPut, mask: noMask } };
    case 'copy': {
      const { width, height } = operation.source as Image;
      return {
        ...unclipped,
        box: { top: box.top, left: box.left, bottom: box.top + height, right: box.left + width },
        operation: {
          ...operation,
          sourceArea: { top: 0, left: 0, bottom: height, right: width },
          rop: ropPut,
          mask: noMask,
        },
      };
    }
    case 'copyBits':
      return unclipped;
    default:
      throw new Error(`a ${operation.type} command for a client that cannot draw it`);
  }
}
