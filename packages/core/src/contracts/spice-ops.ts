import type { SpiceOptions } from '../options/spice-options.js';
import type { InterfaceHandle, SpiceInterface } from './interfaces.js';
import type { SpiceChannelInfo, SpiceInfo, SpiceStatistics } from './spice-info.js';

/** Where a server listens; absent doors are null. */
export interface ListeningAddress {
  readonly host: string | null;
  readonly port: number | null;
  readonly tlsPort: number | null;
  readonly unix: string | null;
}

/**
 * The interface table: QEMU's `QemuSpiceOps`, member for member (C names in brackets). Before the module is
 * loaded each member is a stub that answers in a typed way; see `spiceStubs`.
 */
export interface QemuSpiceOps {
  /** [init] Opens the doors that `-spice` asked for. */
  init(options: SpiceOptions): Promise<ListeningAddress | null>;
  /** [display_init] The machine is built: its consoles may be shown. */
  displayInit(): Promise<void>;
  /** [migrate_info] Tells clients where the machine goes. */
  migrateInfo(
    host: string,
    port: number | null,
    tlsPort: number | null,
    subject: string | null,
  ): Promise<void>;
  /**
   * Not in QEMU's table, whose module hears of the machine's migration by itself: the machine has gone where `migrateInfo`
   * said. Resolves when the clients have left (true), at once when it said nothing (false).
   */
  migrateEnd(): Promise<boolean>;
  /** [set_passwd] Replaces the ticket. */
  setPassword(
    password: string,
    connected: { readonly failIfConnected: boolean; readonly disconnectIfConnected: boolean },
  ): Promise<void>;
  /** [set_pw_expire] Seconds since 1970; 0: never, null: at once. */
  setPasswordExpiry(time: number | null): Promise<void>;
  /** [display_add_client] Serves a connection that somebody else accepted, by file descriptor. */
  displayAddClient(fd: number, options: { readonly skipAuth: boolean; readonly tls: boolean }): Promise<void>;
  /** [add_interface] Offers a device. Before the module is loaded the offer is kept for it. */
  addInterface(instance: SpiceInterface): Promise<InterfaceHandle>;
  /** [qmp_query] What `query-spice` answers. */
  qmpQuery(): Promise<SpiceInfo>;
  /** Not in QEMU: counters of what is served. */
  statistics(): Promise<SpiceStatistics>;
}
export type SpiceOpName = keyof QemuSpiceOps;

/** Things that happen in the server and that its owner may want to know. */
export type SpiceEvent =
  | {
      readonly event: 'client';
      readonly connection: number;
      readonly channel: string;
      readonly channelId: number;
      readonly channels: readonly string[];
    }
  /** A channel's connection, as QMP's SPICE_CONNECTED, SPICE_INITIALIZED and SPICE_DISCONNECTED tell of it. */
  | {
      readonly event: 'connection';
      readonly state: 'connected' | 'initialized' | 'disconnected';
      readonly auth: 'none' | 'spice' | 'sasl';
      readonly client: SpiceChannelInfo;
    }
  /** The clients have gone where the machine has gone. */
  | { readonly event: 'migrated' }
  | { readonly event: 'client-gone'; readonly connection: number; readonly channels: readonly string[] }
  | { readonly event: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string };
