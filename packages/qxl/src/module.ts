import { moduleInterfaceVersion, type QxlModule } from '@lazyspice/core';
import { playFile } from './recording/play-file.js';

/** What core loads into the emulator's thread. */
export const lazyspiceModule: QxlModule = {
  name: 'qxl',
  interfaceVersion: moduleInterfaceVersion,
  replay: playFile,
};
