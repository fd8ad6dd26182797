import type { SpiceInfo } from '../contracts/spice-info.js';
import type { QemuSpiceOps } from '../contracts/spice-ops.js';
import type { MonitorInput } from './input/monitor-input.js';

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

/** What a machine lets itself be told; what it cannot do throws. */
export interface MachineControls {
  stop(): void;
  cont(): void;
  reset(): void;
  powerdown(): void;
}

export type ScreendumpFormat = 'ppm' | 'png';

/** The machine behind a monitor. What a question throws is its answer. */
export interface MonitorBackend {
  querySpice(): Promise<SpiceInfo>;
  status(): RunState;
  /** Ends the machine. The client has its answer already, so it must not throw. */
  quit(): void;
  /** The interface table's members for monitors; absent: SPICE is not in use. */
  readonly spice?: Pick<
    QemuSpiceOps,
    'setPassword' | 'setPasswordExpiry' | 'migrateInfo' | 'displayAddClient'
  >;
  /** Absent: nobody controls this machine. */
  readonly controls?: MachineControls;
  readonly input?: MonitorInput;
  /** Writes the first display's picture to a file; rejects when there is none. */
  screendump?(file: string, format: ScreendumpFormat): Promise<void>;
  /** The guest's name. */
  readonly name?: string;
  /** Milliseconds since 1970. */
  now?(): number;
  /** Resolves `ms` later. */
  wait?(ms: number): Promise<void>;
}
