import type { ModuleEntry } from '../module/definitions.js';
import type { JsonObject, JsonValue } from '../monitor/json-value.js';
import type { CharDeviceType, SpiceInterface, TabletInterface } from './interfaces.js';
import type { FramebufferDisplay } from './v86-module.js';

/** A character device of QEMU on a UNIX socket that QEMU listens at, and what it is in SPICE. */
export interface QemuPort {
  readonly type: CharDeviceType;
  /** As `CharDeviceInterface.portName`. */
  readonly portName: string | null;
  readonly path: string;
}

export interface QemuHost {
  /** What happens, in one line for people. */
  log(message: string): void;
}
export interface QemuLaunchOptions extends QemuHost {
  /** The program: a name to look for, or a path. */
  readonly program: string;
  /** Its arguments, as its user gives them. */
  readonly args: readonly string[];
  /** How its display is reached; `auto`: D-Bus where that is possible, else VNC. */
  readonly link: 'auto' | 'dbus' | 'vnc';
}
export interface QemuAttachOptions extends QemuHost {
  /** The UNIX socket of its QMP monitor, which is ours alone from now on. */
  readonly qmp: string;
  readonly ports: readonly QemuPort[];
}

/** Something that QEMU's monitor tells without having been asked. */
export interface QemuMonitorEvent {
  readonly name: string;
  /** Seconds since 1970, and microseconds 0..999999. */
  readonly timestamp: { readonly seconds: number; readonly microseconds: number };
  readonly data: JsonObject | null;
}
/** QEMU's own monitor. */
export interface QemuMonitor {
  /** Names of its commands. */
  readonly commandNames: readonly string[];
  /** Rejects with an error that has a `qmpClass`, and QEMU's words. */
  execute(command: string, args: JsonObject): Promise<JsonValue>;
  onEvent(listener: (event: QemuMonitorEvent) => void): void;
}

/** How QEMU ended. Of one that was attached to, only that it did is known: both are null. */
export interface QemuExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A QEMU that is being served. */
export interface QemuMachineHandle {
  /** Its consoles, keyboard, mouse, sound and character devices, to offer to SPICE. */
  readonly interfaces: readonly SpiceInterface[];
  /** Its first console; null: it has none. */
  readonly console: FramebufferDisplay | null;
  /** Offer it while `onAbsolutePointer` says so. */
  readonly tablet: TabletInterface;
  readonly monitor: QemuMonitor;
  /** Resolves when QEMU has ended. */
  readonly ended: Promise<QemuExit>;
  /** Calls back with whether the guest uses absolute positions, now and at each change. */
  onAbsolutePointer(listener: (absolute: boolean) => void): void;
  /** Passes a signal on to a QEMU that was started here; one that was attached to is left alone. */
  kill(signal: NodeJS.Signals): void;
  /** Lets go of QEMU: its links are closed, the folder with its sockets is removed. It goes on if it runs. */
  close(): Promise<void>;
}

/** What the `qemu` module offers. Both reject with an error that has a `code` and says what to do. */
export interface QemuModule extends ModuleEntry {
  /** Starts QEMU and resolves when its display is there. */
  launch(options: QemuLaunchOptions): Promise<QemuMachineHandle>;
  /** Serves a QEMU that runs already. */
  attach(options: QemuAttachOptions): Promise<QemuMachineHandle>;
}
