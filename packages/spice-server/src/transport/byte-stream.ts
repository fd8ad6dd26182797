import type { SpiceChannelInfo } from '@lazyspice/core';

export type PeerAddress = Pick<SpiceChannelInfo, 'host' | 'port' | 'family'>;

/** A connected byte stream, whatever carries it. Bytes written are not copied: they must not change. */
export interface ByteStream {
  /** For logs: where the peer is. */
  readonly peer: string;
  /** Where the peer is, for `query-spice`. */
  readonly address: PeerAddress;
  readonly secure: boolean;
  readonly local: boolean;
  /** Hands chunks on as one write. */
  write(chunks: readonly Uint8Array[]): void;
  /** Bytes given to `write` that the operating system has not taken yet. */
  readonly pendingBytes: number;
  /** Sends what was written, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  /** Stops and restarts reading. */
  pause(): void;
  resume(): void;
  /** Called by the stream; set once by its user. */
  handlers: StreamHandlers;
}

export interface StreamHandlers {
  data(bytes: Uint8Array): void;
  /** All pending bytes have been taken. */
  drained(): void;
  /** The stream is closed, by whomever. Called once. */
  closed(error: Error | null): void;
}

export const idleHandlers: StreamHandlers = { data: () => {}, drained: () => {}, closed: () => {} };
