import type { CharPipe } from '../chardev/char-pipe.js';
import { GuestQueue } from '../chardev/guest-queue.js';
import { CodecError } from '../codecs/contract.js';
import { compressLz4Block, decompressLz4Block } from '../codecs/lz4/lz4-block.js';
import { hasCapability, type LinkedChannel } from '../link/link-policy.js';
import { deviceCapabilities } from '../protocol/capabilities.js';
import type { PortClientMessage } from '../protocol/generated/devices.codec.js';
import { portServer } from '../protocol/generated/devices.codec.js';
import { protocolLimits } from '../protocol/limits.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';

/** Bytes of one DATA message. */
const maxChunk = 64 * 1024;
/** Shorter data is not compressed: protocol §5.7. */
const minToCompress = 1000;
export interface DataChannelOptions {
  readonly link: LinkedChannel;
  readonly host: ChannelHost;
  /** The client is on the same machine: compressing gains nothing. */
  readonly local: boolean;
  readonly pipe: CharPipe;
}

/** What waits for the client, in the order of the guest. */
type Waiting = Uint8Array | (() => void);

/**
 * One client on a character device whose bytes travel in DATA messages: ports, USB redirection, WebDAV (protocol §5.7).
 * Whoever serves the device hands the guest's bytes to `guestData`; they are taken from the pipe when they are sent.
 */
export abstract class DataChannel extends Channel {
  protected readonly pipe: CharPipe;
  readonly #compress: boolean;
  #toClient: Waiting[] = [];
  readonly #toGuest: GuestQueue;

  constructor({ link, host, local, pipe }: DataChannelOptions) {
    super(link.channelId, link.miniHeader, host);
    this.pipe = pipe;
    this.#toGuest = new GuestQueue(pipe);
    this.#compress = !local && hasCapability(link.channelCapabilities, deviceCapabilities.dataCompressLz4);
  }

  /** Bytes of the guest, which has been granted them: at most the pipe's window waits. */
  guestData(bytes: Uint8Array): void {
    this.#toClient.push(bytes);
    this.host.outgoingReady();
  }

  /** The guest takes more, or has closed its end: what waited for it goes on, or is dropped. */
  guestReady(): void {
    this.#toGuest.flush();
    this.host.outgoingReady();
  }

  override get isCongested(): boolean {
    return this.#toGuest.isCongested;
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#toClient.length === 0;
  }

  override close(): void {
    let unsent = 0;
    for (const one of this.#toClient) if (one instanceof Uint8Array) unsent += one.length;
    this.#toClient = [];
    this.#toGuest.clear();
    this.pipe.taken(unsent);
  }

  protected override fill(budget: number): void {
    while (this.outbox.length < budget) {
      const [first] = this.#toClient;
      if (first === undefined) return;
      if (first instanceof Uint8Array) this.#sendData();
      else {
        this.#toClient.shift();
        first();
      }
    }
  }

  /** Says something behind the bytes that wait already. */
  protected sendInOrder(send: () => void): void {
    this.#toClient.push(send);
    this.host.outgoingReady();
  }

  /** Takes DATA and COMPRESSED_DATA. */
  protected receiveData(message: Extract<PortClientMessage, { name: 'data' | 'compressedData' }>): void {
    const bytes = message.name === 'data' ? message.body.data.slice() : this.#decompress(message.body.data);
    this.#toGuest.push(bytes);
  }

  #decompress(data: Extract<PortClientMessage, { name: 'compressedData' }>['body']['data']): Uint8Array {
    if (data.type === 'none') return data.data.slice();
    const { uncompressedSize } = data;
    if (uncompressedSize > protocolLimits.deviceClientBody) {
      throw new ChannelError(
        `${this.name}: ${uncompressedSize} bytes in one message, the limit is ${protocolLimits.deviceClientBody}`,
      );
    }
    try {
      return decompressLz4Block(data.data, uncompressedSize);
    } catch (error) {
      if (error instanceof CodecError) throw new ChannelError(`${this.name}: ${error.message}`);
      throw error;
    }
  }

  /** Sends the first bytes that wait, joined with what follows them. */
  #sendData(): void {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < maxChunk) {
      const [first] = this.#toClient;
      if (!(first instanceof Uint8Array)) break;
      const part = first.subarray(0, maxChunk - length);
      if (part.length === first.length) this.#toClient.shift();
      else this.#toClient[0] = first.subarray(part.length);
      parts.push(part);
      length += part.length;
    }
    const [only] = parts;
    const data = parts.length === 1 && only !== undefined ? only : joined(parts, length);
    const block = this.#compress && length > minToCompress ? compressLz4Block(data) : null;
    if (block === null) this.send(portServer.data, { data });
    else
      this.send(portServer.compressedData, { data: { type: 'lz4', uncompressedSize: length, data: block } });
    this.pipe.taken(length);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
