export { QemuError, type QemuErrorCode } from './errors.js';
export { type CommandLineRequest, planCommandLine, type QemuCommandLine } from './machine/command-line.js';
export { QemuEndedError } from './machine/qemu-process.js';
export { lazyspiceModule } from './module.js';
