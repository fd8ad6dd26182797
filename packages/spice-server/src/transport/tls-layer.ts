import { constants } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import type { X509Options } from '@lazyspice/core';
import { hasDiffieHellmanGroup } from './dh-parameters.js';

/** Handshakes at a time; one more ends the oldest. */
const maxHandshakes = 256;

/** What TLS was asked for cannot be had: a file is missing, a key does not fit, a cipher is unknown. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly code = 'ERR_SERVER_TLS';
}

export interface TlsSettings {
  readonly x509: X509Options;
  /** OpenSSL's cipher list; null: Node's own. */
  readonly ciphers: string | null;
  /** A handshake must be through in this time, in ms. */
  readonly handshakeMs: number;
}
export interface TlsEvents {
  /** A handshake is through. */
  secured(socket: TLSSocket): void;
  log(level: 'info' | 'warn', message: string): void;
}

/**
 * TLS over sockets that are connected already (protocol §1.2): 1.2 or newer, no renegotiation, no compression,
 * no client certificates. Key and certificates are read anew when their files change; clients that are
 * connected stay.
 */
export class TlsLayer {
  readonly #settings: TlsSettings;
  readonly #events: TlsEvents;
  readonly #server: Server;
  readonly #handshakes = new Set<Socket>();
  #version: string;

  private constructor(settings: TlsSettings, events: TlsEvents, server: Server, version: string) {
    this.#settings = settings;
    this.#events = events;
    this.#server = server;
    this.#version = version;
    server.on('secureConnection', (socket) => events.secured(socket));
    server.on('tlsClientError', (error, socket) => {
      events.log('info', `${socket.remoteAddress ?? 'a client'}: TLS failed: ${error.message}`);
      socket.destroy();
    });
  }

  /** @throws TlsError */
  static async create(settings: TlsSettings, events: TlsEvents): Promise<TlsLayer> {
    try {
      const version = await filesVersion(settings.x509);
      const options = { ...(await contextOptions(settings)), handshakeTimeout: settings.handshakeMs };
      return new TlsLayer(settings, events, createServer(options), version);
    } catch (error) {
      throw tlsError(error);
    }
  }

  /** Begins a handshake; `secured` is told when it is through. */
  async secure(socket: Socket): Promise<void> {
    if (this.#handshakes.size >= maxHandshakes) {
      for (const oldest of this.#handshakes) {
        oldest.destroy();
        break;
      }
    }
    this.#handshakes.add(socket);
    socket.once('close', () => this.#handshakes.delete(socket));
    // Until TLS has it nobody else listens for its errors.
    const ignore = (): void => {};
    socket.on('error', ignore);
    await this.#refresh();
    socket.off('error', ignore);
    if (socket.destroyed) return;
    this.#server.emit('connection', socket);
  }

  async #refresh(): Promise<void> {
    try {
      const version = await filesVersion(this.#settings.x509);
      if (version === this.#version) return;
      this.#version = version;
      this.#server.setSecureContext(await contextOptions(this.#settings));
      this.#events.log('info', 'the TLS certificate has been read anew');
    } catch (error) {
      this.#events.log('warn', `the TLS certificate stays as it was: ${tlsError(error).message}`);
    }
  }
}

function tlsError(error: unknown): TlsError {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (path === undefined) return new TlsError(`TLS: ${message}`, { cause: error });
  const reason = code === 'ENOENT' ? 'there is no such file' : message;
  return new TlsError(
    `TLS: ${path}: ${reason}. 'lazyspice certificate DIR' makes the files of x509-dir=DIR`,
    {
      cause: error,
    },
  );
}

function files({ keyFile, certFile, cacertFile, dhKeyFile }: X509Options): string[] {
  return dhKeyFile === null ? [keyFile, certFile, cacertFile] : [keyFile, certFile, cacertFile, dhKeyFile];
}

/** Changes when one of the files does. */
async function filesVersion(x509: X509Options): Promise<string> {
  const stats: Stats[] = [];
  // One after the other, so that the first one missing is the one named.
  for (const file of files(x509)) stats.push(await stat(file));
  return stats.map(({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`).join();
}

async function contextOptions({ x509, ciphers }: TlsSettings): Promise<SecureContextOptions> {
  const [key, cert, ca, dh] = await Promise.all(files(x509).map((file) => readFile(file)));
  // Node takes parameters that it cannot read for none, without a word.
  if (dh !== undefined && !(await hasDiffieHellmanGroup(dh))) {
    throw new TlsError(`${x509.dhKeyFile}: there are no Diffie-Hellman parameters`);
  }
  return {
    key,
    cert,
    ca,
    dhparam: dh ?? 'auto',
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
    sessionIdContext: 'SPICE',
    ...(x509.keyPassword === null ? {} : { passphrase: x509.keyPassword }),
    ...(ciphers === null ? {} : { ciphers }),
  };
}
