/** A connected channel, as `query-spice` lists it. */
export interface SpiceChannelInfo {
  /** The client's address; for a UNIX socket its path, which may be empty. */
  readonly host: string;
  /** The client's port as text, as QMP has it; empty on a UNIX socket. */
  readonly port: string;
  readonly family: 'ipv4' | 'ipv6' | 'unix' | 'unknown';
  /** The session's id: the same for all channels of one client. 32 bits. */
  readonly connectionId: number;
  /** SPICE channel type number: 1 main, 2 display, 3 inputs, 4 cursor, ... */
  readonly channelType: number;
  readonly channelId: number;
  readonly tls: boolean;
}

export type SpiceMouseMode = 'client' | 'server' | 'unknown';

/** SPICE is not in use: no module, or no doors asked for. */
export interface SpiceInfoDisabled {
  readonly enabled: false;
  readonly migrated: boolean;
  readonly mouseMode: SpiceMouseMode;
  readonly channels: readonly [];
}

export interface SpiceInfoEnabled {
  readonly enabled: true;
  /** A migration to another host has completed. */
  readonly migrated: boolean;
  /** Host name or address as it was asked for, the path of a UNIX socket, or '*' for all addresses. */
  readonly host: string;
  /** null: no such door. */
  readonly port: number | null;
  readonly tlsPort: number | null;
  /** none: ticketing is disabled. spice: ticket. */
  readonly auth: 'none' | 'spice' | 'sasl';
  /** Version of the server that answers: '0.1.0'. */
  readonly compiledVersion: string;
  readonly mouseMode: SpiceMouseMode;
  readonly channels: readonly SpiceChannelInfo[];
}

/** What a server tells of itself: the answer of `qmpQuery`, and of QMP's `query-spice`. */
export type SpiceInfo = SpiceInfoDisabled | SpiceInfoEnabled;

/** What a server has done since it was loaded, for those who watch it. Counters only grow. */
export interface SpiceStatistics {
  /** Clients now. */
  readonly clients: number;
  /** Connections in the link stage now. */
  readonly halfOpenLinks: number;
  /** Connections that were linked. */
  readonly connections: number;
  /** Connections that were refused or ended in the link stage. */
  readonly refused: number;
  /** By channel type name: connections now, and bytes on the wire without TLS and WebSocket, of those that have ended too. */
  readonly channels: Readonly<
    Record<string, { readonly open: number; readonly sentBytes: number; readonly receivedBytes: number }>
  >;
}
