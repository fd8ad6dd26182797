/** What goes over the port between core and an isolated SPICE module. Plain data only. */
import type { CharDeviceType, InterfaceKind } from '../contracts/interfaces.js';
import type { Rect } from '../contracts/qxl-commands.js';
import type { QemuSpiceOps, SpiceEvent } from '../contracts/spice-ops.js';

/** The members that are answered by the module; `addInterface` is messages of its own. */
export type RemoteOpName = Exclude<keyof QemuSpiceOps, 'addInterface'>;
export const remoteOpNames = [
  'init',
  'displayInit',
  'migrateInfo',
  'migrateEnd',
  'setPassword',
  'setPasswordExpiry',
  'displayAddClient',
  'qmpQuery',
  'statistics',
] as const satisfies readonly RemoteOpName[];

export type CoreToModule =
  | {
      readonly type: 'call';
      readonly sequence: number;
      readonly op: RemoteOpName;
      readonly args: readonly unknown[];
    }
  | {
      readonly type: 'attach';
      readonly id: number;
      readonly kind: InterfaceKind;
      readonly name: string;
      readonly channelId: number;
      /** The command ring of a QXL interface. */
      readonly ring: SharedArrayBuffer | null;
      /** What a character device is. */
      readonly chardev: { readonly type: CharDeviceType; readonly portName: string | null } | null;
    }
  | { readonly type: 'detach'; readonly sequence: number; readonly id: number }
  | {
      readonly type: 'device';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  /** The ring has something new. */
  | { readonly type: 'kick'; readonly id: number }
  /** A command too large for the ring; its place in the ring is marked. */
  | { readonly type: 'record'; readonly id: number; readonly record: ArrayBuffer; readonly lead: number }
  | {
      readonly type: 'flush';
      readonly sequence: number;
      readonly id: number;
      readonly level: 'handled' | 'sent';
    }
  | {
      readonly type: 'read';
      readonly sequence: number;
      readonly id: number;
      readonly surfaceId: number;
      readonly area: Rect | null;
    }
  /** As `read`, but the sender's thread waits: the pixels go into shared memory, a `PromptAnswer`. */
  | {
      readonly type: 'readNow';
      readonly id: number;
      readonly surfaceId: number;
      readonly area: Rect;
      readonly answer: SharedArrayBuffer;
    }
  /** Everything in the ring is to be handled at once: the sender waits for room. */
  | { readonly type: 'drain'; readonly id: number };

export type ModuleToCore =
  | { readonly type: 'reply'; readonly sequence: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly sequence: number; readonly code: string; readonly message: string }
  | {
      readonly type: 'device';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  /** The interface cannot be served: it is as good as detached. */
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  /** The ring has room again. */
  | { readonly type: 'space'; readonly id: number }
  | { readonly type: 'event'; readonly event: SpiceEvent };
