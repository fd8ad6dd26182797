import { Reader } from '@lazyspice/core';
import { noReader, type VscMessage, vscErrors, vscTypes } from '../chardev/vsc-stream.js';
import type { LinkedChannel } from '../link/link-policy.js';
import { decodeSmartcardClient, smartcardServer } from '../protocol/generated/devices.codec.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';

/** Bytes of an ATR: protocol §9. */
const maxAtr = 40;
/** The reader of a channel. */
const readerId = 0;

/** The guest's card reader, as a channel sees it. */
export interface CardReader {
  /** The guest has it open. */
  readonly isOpen: boolean;
  /** So much waits for the guest that no more should come. */
  readonly isCongested: boolean;
  write(message: VscMessage): void;
  /** So many of the guest's bytes need no memory any more. */
  taken(bytes: number): void;
  /** The client is gone. */
  left(): void;
}

/** What waits for the client, and the guest's bytes that it was. */
interface Waiting {
  readonly message: VscMessage;
  readonly cost: number;
}

/**
 * A client's cards in the guest's reader: protocol §5.9. The client adds one reader, tells of cards, and answers commands;
 * each of its messages is answered by the guest's device, or with an error by us.
 */
export class SmartcardChannel extends Channel {
  readonly name = 'smartcard';
  readonly #reader: CardReader;
  #waiting: Waiting[] = [];
  #hasReader = false;

  constructor(link: LinkedChannel, host: ChannelHost, reader: CardReader) {
    super(link.channelId, link.miniHeader, host);
    this.#reader = reader;
  }

  start(): void {
    this.host.outgoingReady();
  }

  override get isCongested(): boolean {
    return this.#reader.isCongested;
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#waiting.length === 0;
  }

  override close(): void {
    if (this.#hasReader) this.#write(vscTypes.readerRemove, new Uint8Array(0));
    this.#reader.taken(this.#waiting.reduce((sum, { cost }) => sum + cost, 0));
    this.#waiting = [];
    this.#reader.left();
  }

  /** A message of the guest's device, which was `cost` bytes there. */
  guestSaid(message: VscMessage, cost: number): void {
    this.#waiting.push({ message: { ...message, readerId }, cost });
    this.host.outgoingReady();
  }

  /** The guest takes more; or it has closed its end, and has forgotten the reader. */
  guestReady(): void {
    if (!this.#reader.isOpen) this.#hasReader = false;
    this.host.outgoingReady();
  }

  receive(type: number, body: Uint8Array): void {
    const decoded = decodeSmartcardClient(type, new Reader(body));
    if (decoded.name !== 'data') return this.receiveBase(decoded);
    const { message } = decoded.body;
    const data = message.data.slice();
    switch (message.type) {
      case vscTypes.init:
        return;
      case vscTypes.readerAdd:
        return this.#addReader(data);
      case vscTypes.readerRemove:
        if (this.#knows(message.readerId)) {
          this.#hasReader = false;
          this.#write(message.type, data);
        }
        return;
      case vscTypes.atr:
        if (data.length > maxAtr) {
          throw new ChannelError(
            `smartcard: an ATR of ${data.length} bytes (offset 8), the limit is ${maxAtr}`,
          );
        }
        break;
      case vscTypes.error:
      case vscTypes.cardRemove:
      case vscTypes.apdu:
      case vscTypes.flush:
      case vscTypes.flushComplete:
        break;
      default:
        throw new ChannelError(`smartcard: messages of type ${message.type} (offset 0) are not known`);
    }
    if (this.#knows(message.readerId)) this.#write(message.type, data);
  }

  protected override fill(budget: number): void {
    while (this.outbox.length < budget) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.send(smartcardServer.data, { message: next.message });
      this.#reader.taken(next.cost);
    }
  }

  #addReader(name: Uint8Array): void {
    if (this.#hasReader || !this.#reader.isOpen) return this.#refuse(vscErrors.cannotAddReaders, noReader);
    this.#hasReader = true;
    this.#write(vscTypes.readerAdd, name);
  }

  /** Whether there is the reader that a message is about; without one the client is told so. */
  #knows(id: number): boolean {
    if (id !== readerId) throw new ChannelError(`smartcard: there is no reader ${id} (offset 4)`);
    if (!this.#hasReader) this.#refuse(vscErrors.general, readerId);
    return this.#hasReader;
  }

  #refuse(error: number, id: number): void {
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, error, true);
    this.#waiting.push({ message: { type: vscTypes.error, readerId: id, data }, cost: 0 });
    this.host.outgoingReady();
  }

  #write(type: number, data: Uint8Array): void {
    this.#reader.write({ type, readerId, data });
  }
}
