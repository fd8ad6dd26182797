import { moduleInterfaceVersion, type QxlCardOptions, type QxlModule } from '@lazyspice/core';
import { QxlDevice } from './device/device.js';
import { DemoGuest } from './guest/demo/demo-guest.js';
import { TestCardGuest } from './guest/test-card-guest.js';
import { playFile } from './recording/play-file.js';

/** What core loads into the emulator's thread. */
export const lazyspiceModule: QxlModule = {
  name: 'qxl',
  interfaceVersion: moduleInterfaceVersion,
  replay: playFile,
  createDevice: (options: QxlCardOptions) => new QxlDevice(options),
  createDemoGuest: (options) => new DemoGuest(options),
  createTestCardGuest: (options) => new TestCardGuest(options),
};
