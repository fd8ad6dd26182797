import type { Drawable, SurfaceFormat } from '@lazyspice/core';
import type { ClientAbilities } from '../display/queue/display-queue.js';
import { hasCapability } from '../link/link-policy.js';
import { displayCapabilities } from '../protocol/capabilities.js';

const surfaceFormats = { a8: 8, rgb555: 16, rgb565: 80, xrgb: 32, argb: 96 } as const;
const topDownFormats: readonly SurfaceFormat[] = [surfaceFormats.xrgb, surfaceFormats.argb];
const ropPut = 8;

/** What a client can draw, by its display capabilities (protocol §5.2, §10). */
export class DisplayAbilities implements ClientAbilities {
  readonly #words: readonly number[];

  constructor(capabilities: readonly number[]) {
    this.#words = capabilities;
  }

  has(capability: number): boolean {
    return hasCapability(this.#words, capability);
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
      case 'fill':
      case 'copyBits':
        return true;
      case 'copy':
        return operation.source !== null && operation.source.content.type !== 'quic';
      default:
        return false;
    }
  }
}
