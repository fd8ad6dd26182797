export { createRingMemory, RingConsumer, RingProducer } from './bridge/command-ring.js';
export { handOver } from './bridge/hand-over.js';
export type { CoreToModule, ModuleToCore, RemoteOpName } from './bridge/messages.js';
export { PromptAnswer } from './bridge/prompt-answer.js';
export type * from './contracts/certificate-module.js';
export type * from './contracts/codec-module.js';
export * from './contracts/interfaces.js';
export * from './contracts/machine.js';
export type * from './contracts/qemu-module.js';
export * from './contracts/qxl-commands.js';
export type {
  DemoGuestOptions,
  GuestClipboard,
  QxlCardDevice,
  QxlCardOptions,
  QxlGuestHandle,
  QxlGuestOptions,
  QxlModule,
  ReplayOptions,
  ReplayResult,
  TestCardOptions,
} from './contracts/qxl-module.js';
export type { FlushLevel, QxlWorker, SurfacePixels } from './contracts/qxl-worker.js';
export type * from './contracts/spice-info.js';
export type { ListeningAddress, QemuSpiceOps, SpiceEvent, SpiceOpName } from './contracts/spice-ops.js';
export type {
  FramebufferDisplay,
  V86Guest,
  V86MachineHandle,
  V86Module,
  V86Options,
} from './contracts/v86-module.js';
export { type Deferred, deferred } from './deferred.js';
export { decodeQxlCommand, encodeQxlCommand } from './generated/qxl-commands.codec.js';
export {
  builtinModules,
  type ModuleDefinition,
  type ModuleEntry,
  moduleInterfaceVersion,
  type Placement,
} from './module/definitions.js';
export { ModuleError, type ModuleErrorCode } from './module/errors.js';
export {
  type Isolation,
  type LoadedModule,
  ModuleTable,
  type ModuleTableOptions,
} from './module/module-table.js';
export { describeSpiceOptions, type SpiceOptionDescription } from './options/describe.js';
export { formatSpiceOptions } from './options/format.js';
export { SpiceOptionError, type SpiceOptionReason } from './options/option-error.js';
export { parseSpiceOptions } from './options/parse.js';
export type {
  ConnectionLimits,
  ImageCompression,
  SpiceChannelName,
  SpiceOptions,
  StreamingVideo,
  VideoCodecChoice,
  WanCompression,
  X509Options,
} from './options/spice-options.js';
export {
  type Body,
  type Capabilities,
  type ChannelDeclaration,
  channel,
  type MessageDeclaration,
  type MessageOf,
  type Messages,
  message,
} from './schema/channels.js';
export * as schema from './schema/kinds.js';
export { SpiceNotActiveError, SpiceOperationError } from './spice/errors.js';
export { Spice, type SpiceEvents } from './spice/spice.js';
export { Reader } from './wire/reader.js';
export { WireError, type WireErrorCode } from './wire/wire-error.js';
export { type EncodePointee, Writer, writeBytes } from './wire/writer.js';
