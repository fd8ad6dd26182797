import type { OnReadOpts, Socket } from 'node:net';
import type { DescriptorSender } from '../descriptors/descriptor-sender.js';
import { type SocketPair, socketPair } from '../descriptors/socket-pair.js';
import { QemuError, reasonOf } from '../errors.js';
import {
  type DbusMessage,
  type DbusMessageType,
  encodeMessage,
  noReplyExpected,
} from './wire/dbus-message.js';
import { MessageStream } from './wire/message-stream.js';
import { SaslClient } from './wire/sasl-client.js';
import type { DbusValue } from './wire/values.js';

/** What is called, and with what. */
export interface DbusCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
  /** Who calls. A private link needs none, but some versions of QEMU do for their sound. */
  readonly sender?: string;
}
/** What a served method answers; null: nothing. */
export interface DbusAnswer {
  readonly signature: string;
  readonly body: readonly DbusValue[];
}
export interface DbusPeerOptions {
  readonly sender: DescriptorSender;
  /** A private folder, for making sockets. */
  readonly folder: string;
  /** Answers a call of the other side, or throws. Bytes in `message` are valid until it returns. */
  serve(message: DbusMessage): DbusAnswer | null;
  signal?(message: DbusMessage): void;
  /** The link is over; called once. */
  closed(reason: string): void;
}

/** Bytes read at a time. A frame of pixels takes several megabytes. */
const readBytes = 256 * 1024;
/** A body that is kept after its message's bytes are gone. */
const keep = (value: DbusValue): DbusValue => {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map((item) => keep(item as DbusValue));
  if (typeof value === 'object') {
    const variant = value as { readonly signature: string; readonly value: DbusValue };
    return { signature: variant.signature, value: keep(variant.value) };
  }
  return value;
};

interface Pending {
  resolve(body: readonly DbusValue[]): void;
  reject(error: Error): void;
}

/** One end of a private D-Bus link: no bus, no names. It is read without pause, so the other side never waits. */
export class DbusPeer {
  readonly #options: DbusPeerOptions;
  readonly #socket: Socket;
  readonly #stream = new MessageStream();
  readonly #pending = new Map<number, Pending>();
  readonly #sasl = new SaslClient(process.getuid?.() ?? 0);
  readonly #ready: Promise<void>;
  #settleReady: Pending | null = null;
  #authenticated = false;
  #serial = 0;
  #closed = false;
  /** Sends with descriptors wait for each other. */
  #sending: Promise<void> = Promise.resolve();

  /**
   * Makes a socket pair, hands its far end over by `give`, and authenticates on the near one.
   * @throws what `give` throws, QemuError ERR_QEMU_GONE
   */
  static async open(options: DbusPeerOptions, give: (far: Socket) => Promise<void>): Promise<DbusPeer> {
    const holder: { peer: DbusPeer | null } = { peer: null };
    const onread: OnReadOpts = {
      buffer: Buffer.allocUnsafe(readBytes),
      callback: (size, buffer) => {
        holder.peer?.receive(buffer.subarray(0, size));
        return true;
      },
    };
    const pair = await socketPair(options.sender, options.folder, onread);
    const peer = new DbusPeer(pair, options);
    holder.peer = peer;
    // Looked at below; giving may fail first.
    peer.#ready.catch(() => {});
    // Said at once: QEMU stands still from the moment it has its end until it has heard this.
    peer.#socket.write(peer.#sasl.greeting, 'latin1');
    try {
      await give(pair.far);
    } catch (error) {
      peer.close();
      throw error;
    } finally {
      pair.far.destroy();
    }
    await peer.#ready;
    return peer;
  }

  private constructor({ near }: SocketPair, options: DbusPeerOptions) {
    this.#socket = near;
    this.#options = options;
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve: () => resolve(), reject };
    });
    near.on('error', (error) => this.#end(error.message));
    near.on('end', () => this.#end('QEMU closed the link'));
    near.on('close', () => this.#end('the link is closed'));
  }

  /** Bytes from the socket. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    try {
      if (this.#authenticated) this.#stream.push(bytes, (message) => this.#take(message));
      else this.#authenticate(bytes);
    } catch (error) {
      this.#end(reasonOf(error));
    }
  }

  /**
   * Calls a method; the values of its answer belong to the caller.
   * @throws QemuError ERR_QEMU_COMMAND with the other side's words, ERR_QEMU_GONE
   */
  call(call: DbusCall): Promise<readonly DbusValue[]> {
    return this.#await(call, (bytes) => this.#write(bytes));
  }

  /** As `call`, with one descriptor; `h` in the body is 0. */
  callWithDescriptor(call: DbusCall, far: Socket): Promise<readonly DbusValue[]> {
    return this.#await(
      call,
      (bytes) => {
        const sent = this.#sending.then(() => this.#options.sender.send(this.#socket, bytes, far));
        this.#sending = sent.catch(() => undefined);
        return sent;
      },
      1,
    );
  }

  /** Calls a method and wants no answer, not even an error. */
  post(call: DbusCall): void {
    if (!this.#closed) this.#write(this.#encode('call', call, noReplyExpected));
  }

  close(): void {
    this.#end('closed');
  }

  #encode(type: DbusMessageType, call: DbusCall, flags: number, descriptors = 0): Uint8Array {
    this.#serial = (this.#serial + 1) >>> 0 || 1;
    return encodeMessage({
      type,
      flags,
      serial: this.#serial,
      path: call.path,
      interface: call.interface,
      member: call.member,
      errorName: null,
      replySerial: null,
      destination: null,
      sender: call.sender ?? null,
      signature: call.signature ?? '',
      descriptors,
      body: call.body ?? [],
    });
  }

  #await(
    call: DbusCall,
    send: (bytes: Uint8Array) => Promise<void> | void,
    descriptors = 0,
  ): Promise<readonly DbusValue[]> {
    if (this.#closed) return Promise.reject(new QemuError('ERR_QEMU_GONE', 'the link to QEMU is closed'));
    const bytes = this.#encode('call', call, 0, descriptors);
    const serial = this.#serial;
    return new Promise((resolve, reject) => {
      this.#pending.set(serial, { resolve, reject });
      Promise.resolve(send(bytes)).catch((error: Error) => {
        this.#pending.delete(serial);
        reject(error);
      });
    });
  }

  #write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  #authenticate(bytes: Uint8Array): void {
    const step = this.#sasl.receive(bytes);
    if (step.state === 'refused') {
      this.#end(`QEMU refused the link: ${step.reason}`);
      return;
    }
    if (step.send !== '') this.#socket.write(step.send, 'latin1');
    if (step.state === 'waiting') return;
    this.#authenticated = true;
    this.#settleReady?.resolve([]);
    this.receive(step.rest);
  }

  #take(message: DbusMessage): void {
    switch (message.type) {
      case 'return':
        this.#settle(message)?.resolve(message.body.map(keep));
        break;
      case 'error': {
        const [words] = message.body;
        const said = typeof words === 'string' ? words : (message.errorName ?? 'an error');
        this.#settle(message)?.reject(new QemuError('ERR_QEMU_COMMAND', said));
        break;
      }
      case 'signal':
        this.#options.signal?.(message);
        break;
      case 'call':
        this.#answer(message);
    }
  }

  #settle({ replySerial }: DbusMessage): Pending | undefined {
    const pending = this.#pending.get(replySerial ?? 0);
    this.#pending.delete(replySerial ?? 0);
    return pending;
  }

  #answer(message: DbusMessage): void {
    let answer: DbusAnswer | null = null;
    let errorName: string | null = null;
    try {
      answer = this.#options.serve(message);
    } catch (error) {
      errorName = 'org.freedesktop.DBus.Error.Failed';
      answer = { signature: 's', body: [reasonOf(error)] };
    }
    if ((message.flags & noReplyExpected) !== 0 || this.#closed) return;
    this.#serial = (this.#serial + 1) >>> 0 || 1;
    this.#write(
      encodeMessage({
        type: errorName === null ? 'return' : 'error',
        flags: noReplyExpected,
        serial: this.#serial,
        path: null,
        interface: null,
        member: null,
        errorName,
        replySerial: message.serial,
        destination: message.sender,
        sender: null,
        signature: answer?.signature ?? '',
        descriptors: 0,
        body: answer?.body ?? [],
      }),
    );
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    const error = new QemuError('ERR_QEMU_GONE', reason);
    this.#settleReady?.reject(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.#options.closed(reason);
  }
}
