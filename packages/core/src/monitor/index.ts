export type { JsonObject, JsonValue } from './json-value.js';
export type { MonitorBackend, RunState } from './monitor-backend.js';
export { QmpAddressError } from './qmp-address.js';
export { defineCommand, type QmpCommand, type QmpContext } from './qmp-command.js';
export { QmpError, type QmpErrorClass } from './qmp-error.js';
export type { QmpArguments, QmpParameter, QmpParameters } from './qmp-parameters.js';
export { type QmpServer, type QmpServerOptions, serveQmp } from './qmp-server.js';
export { QmpSession, type QmpSessionOptions, type QmpTimestamp } from './qmp-session.js';
export { lazyspiceVersion } from './version.js';
