import type { ModuleEntry } from '../module/definitions.js';
import type { QxlInterface, TabletInterface } from './interfaces.js';
import type { EmulatedMachine, PciDevice } from './machine.js';
import type { QxlWorker } from './qxl-worker.js';

/** What a v86 machine boots. Files are named by path. */
export type V86Guest =
  /** Debian's kernel and a shell, fetched by package name once and kept in the user's cache folder. */
  | { readonly kind: 'linux' }
  /** A bzImage by the 32-bit boot protocol, without firmware. */
  | {
      readonly kind: 'kernel';
      readonly kernel: string;
      readonly initrd: string | null;
      readonly commandLine: string;
    }
  /** Firmware and a hard disk image; what the guest writes to the disk is lost at the end. */
  | {
      readonly kind: 'disk';
      readonly bios: string;
      readonly vgaBios: string | null;
      readonly hda: string | null;
    };

export interface V86Options {
  readonly guest: V86Guest;
  /** Bytes of RAM, 16 MiB to 1 GiB, a multiple of 1 MiB. */
  readonly memory: number;
  /** `std`: v86's own VGA; `qxl`: `devices` has a QXL device of class 0x030000; `none`: no display. */
  readonly vga: 'qxl' | 'std' | 'none';
  /** Plugged in before the machine runs, in this order. */
  readonly devices: readonly PciDevice[];
  /** A saved machine to go on with instead of booting; null: boot. */
  readonly restoreState: string | null;
  /** Told what takes time, in words for people. */
  progress(message: string): void;
}

/** A display that shows a plain frame buffer; `worker` is the server's end while it is attached. */
export interface FramebufferDisplay extends QxlInterface {
  readonly worker: QxlWorker | null;
}

/** A v86 machine. Keyboard and mouse are among its `interfaces`. */
export interface V86MachineHandle extends EmulatedMachine {
  /** For guests that read the VMware backdoor: offer it while `onAbsolutePointer` says so. */
  readonly tablet: TabletInterface;
  /** With `vga: 'std'`: the display that shows v86's own VGA. With `qxl` the device shows it; null then. */
  readonly console: FramebufferDisplay | null;
  /** Calls back with whether the guest uses absolute positions, now and at each change. */
  onAbsolutePointer(listener: (absolute: boolean) => void): void;
  /** Restarts the guest as the reset button does. */
  reset(): void;
  /**
   * Runs it for the first time: boots, or goes on from a saved state. The Linux guest resolves when its shell is
   * there: the first time it boots and its state is kept, later it goes on from that.
   */
  start(): Promise<void>;
}

/** What the `v86` module offers. */
export interface V86Module extends ModuleEntry {
  /** Gets what the guest needs and makes the machine; it has not run yet. */
  create(options: V86Options): Promise<V86MachineHandle>;
}
