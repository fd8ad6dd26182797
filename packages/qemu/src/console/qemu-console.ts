import type { MachineClock } from '@lazyspice/core';
import { PixelDisplay, type PixelUpdate } from '@lazyspice/core/console';
import type { ConsoleSink } from '../display/display-link.js';

/**
 * One console of QEMU as a display of SPICE. Some links announce the size after the first pixels: a rectangle beyond
 * the picture makes it grow.
 */
export class QemuConsole extends PixelDisplay implements ConsoleSink {
  constructor(channelId: number, clock: MachineClock) {
    super({ name: `qemu-console-${channelId}`, channelId, now: () => clock.now() });
  }

  override update(update: PixelUpdate): void {
    const { width, height } = this.size ?? { width: 0, height: 0 };
    this.resize(Math.max(width, update.x + update.width), Math.max(height, update.y + update.height));
    super.update(update);
  }
}
