import { moduleInterfaceVersion, type QxlCardOptions, type QxlModule } from '@lazyspice/core';
import { blockThread } from './block-thread.js';
import { QxlDevice } from './device/device.js';
import { playFile } from './recording/play-file.js';

/** What core loads into the emulator's thread. */
export const lazyspiceModule: QxlModule = {
  name: 'qxl',
  interfaceVersion: moduleInterfaceVersion,
  replay: playFile,
  createDevice: (options: QxlCardOptions) => new QxlDevice({ ...options, block: blockThread }),
};
