import type { Drawable, DrawOperation, SurfaceFormat } from '@lazyspice/core';
import { isEmptyRect } from '../display/geometry/rect.js';
import type { ClientAbilities } from '../display/queue/display-queue.js';
import { hasCapability } from '../link/link-policy.js';
import { displayCapabilities } from '../protocol/capabilities.js';

const surfaceFormats = { a8: 8, rgb555: 16, rgb565: 80, xrgb: 32, argb: 96 } as const;
const topDownFormats: readonly SurfaceFormat[] = [surfaceFormats.xrgb, surfaceFormats.argb];
const ropPut = 8;
const glyphsA8 = 4;
/** ROP3 codes that do not depend on all three operands: clients stop at them (protocol §5.2). */
const ternaryCodesClientsLack: ReadonlySet<number> = new Set([
  0x00, 0x03, 0x05, 0x0a, 0x0c, 0x0f, 0x11, 0x22, 0x30, 0x33, 0x3c, 0x3f, 0x44, 0x50, 0x55, 0x5a, 0x5f, 0x66,
  0x77, 0x88, 0x99, 0xa0, 0xa5, 0xaa, 0xaf, 0xbb, 0xc0, 0xc3, 0xcc, 0xcf, 0xdd, 0xee, 0xf0, 0xf3, 0xf5, 0xfa,
  0xfc, 0xff,
]);

function textModeIsSafe({ backArea, foreMode }: Extract<DrawOperation, { type: 'text' }>): boolean {
  return isEmptyRect(backArea) || foreMode === ropPut;
}

/** What a client can draw, by its display capabilities (protocol §5.2, §10). */
export class DisplayAbilities implements ClientAbilities {
  readonly #words: readonly number[];

  constructor(capabilities: readonly number[]) {
    this.#words = capabilities;
  }

  has(capability: number): boolean {
    return hasCapability(this.#words, capability);
  }

  /** The capabilities that guests are told of: sized streams, monitors config, composite, A8 surfaces. */
  get guestCapabilities(): number {
    return (this.#words[0] ?? 0) & 0xf;
  }

  /**
   * Clients like spice-html5 paint copies, fills and surfaces of 32 bits and ignore clips, masks and rops.
   * They are known by not announcing MONITORS_CONFIG.
   */
  get isMinimal(): boolean {
    return !this.has(displayCapabilities.monitorsConfig);
  }

  surfaceFormat(format: SurfaceFormat): boolean {
    if (format === surfaceFormats.a8) return this.has(displayCapabilities.a8Surface);
    if (this.isMinimal) return topDownFormats.includes(format);
    return topDownFormats.includes(format) || format === surfaceFormats.rgb555;
  }

  draw({ operation, clip, surfaceId }: Drawable): boolean {
    if (this.isMinimal) {
      if (clip !== null || surfaceId !== 0) return false;
      if (operation.type === 'fill') {
        return operation.brush.type === 'solid' && operation.rop === ropPut && operation.mask.image === null;
      }
      return operation.type === 'copyBits';
    }
    switch (operation.type) {
      case 'rop3':
        return !ternaryCodesClientsLack.has(operation.rop3);
      // Eight-bit glyphs are read past their end by clients; a back area with another mode stops them.
      case 'text':
        return (operation.stringFlags & glyphsA8) === 0 && textModeIsSafe(operation);
      // A pattern that is a surface is misread in strokes.
      case 'stroke':
        return operation.brush.type !== 'pattern' || operation.brush.image.content.type !== 'surface';
      case 'composite':
        return this.has(displayCapabilities.composite);
      default:
        return true;
    }
  }
}
