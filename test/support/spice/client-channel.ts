import { Writer } from '@lazyspice/core';
import type { ChannelName } from '../../../packages/spice-server/src/protocol/channel-types.js';
import { baseClient } from '../../../packages/spice-server/src/protocol/generated/base.codec.js';
import {
  decodeServerMessage,
  type ServerMessage,
} from '../../../packages/spice-server/src/protocol/messages.js';
import { FrameWriter, type MessageEncoder } from '../../../packages/spice-server/src/wire/framing.js';
import { joined } from './link-client.js';

const miniHeaderBytes = 6;
const fullHeaderBytes = 18;

export interface ClientChannelOptions<C extends ChannelName> {
  readonly name: C;
  readonly miniHeader: boolean;
  /** Whether ACKs and PONGs go out by themselves; otherwise they wait for `answer`. */
  readonly answers: boolean;
  write(bytes: Uint8Array): void;
  /** Every message, in order. Byte fields are views that stay valid. */
  message?(message: ServerMessage<C>): void;
}

/**
 * The client's end of one channel behind the link stage, sans-IO: cuts the stream into messages, checks serials,
 * decodes, acknowledges by the window (protocol §3.4), answers pings.
 */
export class ClientChannel<C extends ChannelName> {
  readonly name: C;
  /** Every message received, in order. */
  readonly messages: ServerMessage<C>[] = [];
  readonly #options: ClientChannelOptions<C>;
  readonly #writer = new Writer();
  readonly #frames: FrameWriter;
  readonly #headerBytes: number;
  #received: Uint8Array[] = [];
  #receivedBytes = 0;
  /** Bytes that the next step needs. */
  #wanted: number;
  #serial = 0;
  #window = 0;
  #sinceAck = 0;
  #answersDue: (() => void)[] = [];

  constructor(options: ClientChannelOptions<C>) {
    this.name = options.name;
    this.#options = options;
    this.#frames = new FrameWriter(options.miniHeader);
    this.#headerBytes = options.miniHeader ? miniHeaderBytes : fullHeaderBytes;
    this.#wanted = this.#headerBytes;
  }

  /** Messages of one kind, in order. */
  received<N extends ServerMessage<C>['name']>(name: N): Extract<ServerMessage<C>, { name: N }>['body'][] {
    return this.messages.filter((message) => message.name === name).map(({ body }) => body as never);
  }

  names(): string[] {
    return this.messages.map(({ name }) => name);
  }

  send<Body>(message: MessageEncoder<Body>, body: Body): void {
    this.#frames.write(this.#writer, message, body);
    this.#options.write(joined(this.#writer.takeChunks()));
  }

  /** Sends the answers that were held back. */
  answer(): void {
    const due = this.#answersDue;
    this.#answersDue = [];
    for (const send of due) send();
  }

  receive(bytes: Uint8Array): void {
    this.#received.push(bytes);
    this.#receivedBytes += bytes.length;
    while (this.#receivedBytes >= this.#wanted) {
      const all = this.#received.length === 1 ? this.#received[0] : joined(this.#received);
      const { type, size } = this.#header(all);
      const end = this.#headerBytes + size;
      if (all.length < end) {
        this.#received = [all];
        this.#wanted = end;
        return;
      }
      const rest = all.subarray(end);
      this.#received = rest.length === 0 ? [] : [rest];
      this.#receivedBytes = rest.length;
      this.#wanted = this.#headerBytes;
      this.#serial++;
      this.#message(type, all.slice(this.#headerBytes, end));
    }
  }

  #header(bytes: Uint8Array): { type: number; size: number } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#options.miniHeader) return { type: view.getUint16(0, true), size: view.getUint32(2, true) };
    const serial = view.getBigUint64(0, true);
    if (serial !== BigInt(this.#serial + 1)) throw new Error(`serial ${serial} behind ${this.#serial}`);
    if (view.getUint32(14, true) !== 0) throw new Error('a sub-message list');
    return { type: view.getUint16(8, true), size: view.getUint32(10, true) };
  }

  #message(type: number, body: Uint8Array): void {
    const message = decodeServerMessage(this.name, type, body);
    this.messages.push(message);
    if (message.name === 'setAck') {
      const { generation, window } = message.body;
      this.#window = window;
      this.#sinceAck = 0;
      this.#respond(() => this.send(baseClient.ackSync, { generation }));
    } else if (this.#window > 0 && ++this.#sinceAck === this.#window) {
      this.#sinceAck = 0;
      this.#respond(() => this.send(baseClient.ack, {}));
    }
    if (message.name === 'ping') {
      const { id, timestamp } = message.body;
      this.#respond(() => this.send(baseClient.pong, { id, timestamp }));
    }
    this.#options.message?.(message);
  }

  #respond(send: () => void): void {
    if (this.#options.answers) send();
    else this.#answersDue.push(send);
  }
}
