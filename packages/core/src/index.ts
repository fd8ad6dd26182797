export * from './contracts/qxl-commands.js';
export type { FlushLevel, QxlWorker } from './contracts/qxl-worker.js';
export type * from './contracts/spice-info.js';
export { decodeQxlCommand, encodeQxlCommand } from './generated/qxl-commands.codec.js';
export { describeSpiceOptions, type SpiceOptionDescription } from './options/describe.js';
export { formatSpiceOptions } from './options/format.js';
export { SpiceOptionError, type SpiceOptionReason } from './options/option-error.js';
export { parseSpiceOptions } from './options/parse.js';
export type {
  ImageCompression,
  SpiceChannelName,
  SpiceOptions,
  StreamingVideo,
  VideoCodecChoice,
  WanCompression,
  X509Options,
} from './options/spice-options.js';
export * as schema from './schema/kinds.js';
export { Reader } from './wire/reader.js';
export { WireError, type WireErrorCode } from './wire/wire-error.js';
export { Writer } from './wire/writer.js';
