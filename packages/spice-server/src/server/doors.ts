import { Socket } from 'node:net';
import type { ListeningAddress, SpiceOptions } from '@lazyspice/core';
import type { ByteStream } from '../transport/byte-stream.js';
import type { InheritedSocket } from '../transport/inherited-sockets.js';
import { type Door, Listener, openStream } from '../transport/listener.js';
import { TlsLayer, type TlsSettings } from '../transport/tls-layer.js';
import { SpiceServerError } from './errors.js';
import type { Log } from './events.js';

/** The name by which a service manager marks the socket of the TLS door. */
const tlsSocketName = 'tls';

export interface DoorsContext {
  accept(stream: ByteStream, skipAuth: boolean): void;
  readonly log: Log;
  /** A TLS handshake must be through in this time, in ms. */
  readonly handshakeMs: number;
  /** Sockets that listen already; they take the place of those that the options ask for. */
  readonly inherited: readonly InheritedSocket[];
}

/** What a server listens at: a plain port, a TLS port, a UNIX socket, or sockets that it was given. */
export class Doors {
  readonly #context: DoorsContext;
  readonly #tls: TlsSettings | null;
  readonly #listeners: Listener[] = [];
  readonly #added = new Set<Socket>();
  #address: ListeningAddress = { host: null, port: null, tlsPort: null, unix: null };

  private constructor(context: DoorsContext, tls: TlsSettings | null) {
    this.#context = context;
    this.#tls = tls;
  }

  /**
   * Opens what `options` ask for; when one cannot be had none stays open.
   * @throws SpiceServerError, TlsError, or the operating system's error.
   */
  static async open(options: SpiceOptions, context: DoorsContext): Promise<Doors> {
    const doors = new Doors(context, tlsSettings(options, context.handshakeMs));
    try {
      await doors.#open(options);
      return doors;
    } catch (error) {
      await doors.close();
      throw error;
    }
  }

  get address(): ListeningAddress {
    return this.#address;
  }

  /** Serves a connected socket that somebody else accepted; it is ours from now on. */
  async add(
    fd: number,
    { skipAuth, tls }: { readonly skipAuth: boolean; readonly tls: boolean },
  ): Promise<void> {
    if (tls && this.#tls === null) {
      throw new SpiceServerError('ERR_SERVER_UNSUPPORTED', 'there is no certificate: TLS is not set up');
    }
    const layer = tls ? await this.#tlsLayer(skipAuth) : null;
    const socket = new Socket({ fd });
    this.#added.add(socket);
    socket.once('close', () => this.#added.delete(socket));
    if (layer === null) this.#context.accept(openStream(socket), skipAuth);
    else await layer.secure(socket);
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    for (const socket of this.#added) socket.destroy();
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }

  async #open(options: SpiceOptions): Promise<void> {
    const { addr: host, family, unix } = options;
    const { inherited } = this.#context;
    const door = (port: number, given: InheritedSocket | undefined): Door =>
      given === undefined ? { kind: 'tcp', host, port, family } : { kind: 'inherited', fd: given.fd };
    const plain = inherited.find(({ name }) => name !== tlsSocketName);
    if (unix) {
      const listener = await this.#openPlain(
        plain === undefined ? { kind: 'unix', path: host } : { kind: 'inherited', fd: plain.fd },
      );
      this.#address = { ...this.#address, unix: plain === undefined ? host : listener.place };
      return;
    }
    let { port, tlsPort } = options;
    if (port !== null) ({ port } = await this.#openPlain(door(port, plain)));
    if (tlsPort !== null) {
      const layer = await this.#tlsLayer(false);
      const given = inherited.find(({ name }) => name === tlsSocketName);
      const listener = await Listener.open(door(tlsPort, given), (socket) => void layer.secure(socket));
      this.#listeners.push(listener);
      tlsPort = listener.port;
    }
    this.#address = { host, port, tlsPort, unix: null };
  }

  async #openPlain(door: Door): Promise<Listener> {
    const listener = await Listener.open(door, (socket) => this.#context.accept(openStream(socket), false));
    this.#listeners.push(listener);
    return listener;
  }

  #tlsLayer(skipAuth: boolean): Promise<TlsLayer> {
    if (this.#tls === null) {
      throw new SpiceServerError(
        'ERR_SERVER_TLS',
        "tls-port needs a certificate: make one with 'lazyspice certificate DIR' and add x509-dir=DIR",
      );
    }
    return TlsLayer.create(this.#tls, {
      secured: (socket) => this.#context.accept(openStream(socket), skipAuth),
      log: (level, message) => this.#context.log[level](message),
    });
  }
}

function tlsSettings({ x509, tlsCiphers }: SpiceOptions, handshakeMs: number): TlsSettings | null {
  return x509 === null ? null : { x509, ciphers: tlsCiphers, handshakeMs };
}
