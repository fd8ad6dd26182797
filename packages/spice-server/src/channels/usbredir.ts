import { Reader } from '@lazyspice/core';
import { decodeUsbredirClient } from '../protocol/generated/devices.codec.js';
import { DataChannel, type DataChannelOptions } from './data-channel.js';

/** One client's end of a redirected USB device: bytes alone. Protocol §5.7. */
export class UsbredirChannel extends DataChannel {
  readonly name = 'usbredir';
  readonly #ended: () => void;

  /** @param ended the client is gone. */
  constructor(options: DataChannelOptions, ended: () => void) {
    super(options);
    this.#ended = ended;
  }

  start(): void {
    this.pipe.setClientOpen(true);
    this.host.outgoingReady();
  }

  override close(): void {
    super.close();
    this.pipe.setClientOpen(false);
    this.#ended();
  }

  receive(type: number, body: Uint8Array): void {
    const message = decodeUsbredirClient(type, new Reader(body));
    if (message.name === 'data' || message.name === 'compressedData') this.receiveData(message);
    else this.receiveBase(message);
  }
}
