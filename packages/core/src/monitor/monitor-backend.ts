import type { SpiceInfo } from '../contracts/spice-info.js';

/** QEMU's run states. */
export type RunState =
  | 'colo'
  | 'debug'
  | 'finish-migrate'
  | 'guest-panicked'
  | 'inmigrate'
  | 'internal-error'
  | 'io-error'
  | 'paused'
  | 'postmigrate'
  | 'prelaunch'
  | 'restore-vm'
  | 'running'
  | 'save-vm'
  | 'shutdown'
  | 'suspended'
  | 'watchdog';

/** The machine behind a monitor. What a question throws is its answer. */
export interface MonitorBackend {
  querySpice(): Promise<SpiceInfo>;
  status(): RunState;
  /** Ends the machine. The client has its answer already, so it must not throw. */
  quit(): void;
}
