export * from './contracts/qxl-commands.js';
export type { FlushLevel, QxlWorker } from './contracts/qxl-worker.js';
export * as schema from './schema/kinds.js';
