export { type Boot, type LinuxBoot, prepareBoot, type SectorBoot } from './boot/direct-boot.js';
export { unpackKernel } from './boot/unpack-kernel.js';
export { FramebufferConsole } from './console/framebuffer-console.js';
export { EmulatorError, type EmulatorErrorCode } from './errors.js';
export { V86Machine, type V86MachineOptions } from './machine/v86-machine.js';
