import { moduleInterfaceVersion, type QxlModule } from '@lazyspice/core';
import { QxlDevice } from './device/device.js';
import { playFile } from './recording/play-file.js';

/** What nobody wakes: a thread sleeps on it until its time is over. */
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** What core loads into the emulator's thread. */
export const lazyspiceModule: QxlModule = {
  name: 'qxl',
  interfaceVersion: moduleInterfaceVersion,
  replay: playFile,
  createDevice: ({ primary, bios, log }) =>
    new QxlDevice({
      primary,
      bios,
      log,
      block: (milliseconds) => {
        Atomics.wait(sleeper, 0, 0, milliseconds);
      },
    }),
};
