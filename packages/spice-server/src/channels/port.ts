import { Reader } from '@lazyspice/core';
import { portEvents } from '../protocol/devices.js';
import { decodePortClient, portServer } from '../protocol/generated/devices.codec.js';
import { DataChannel, type DataChannelOptions } from './data-channel.js';

/** Events in a row that may wait for a client; more say nothing new. */
const maxEvents = 16;

/** The messages of both channel types are the same. */
export type PortChannelName = 'port' | 'webdav';

/** One client on a port: its name, the guest's bytes, opening, closing and breaks. Protocol §5.8. */
export class PortChannel extends DataChannel {
  readonly name: PortChannelName;
  readonly #portName: string;
  readonly #ended: () => void;
  #eventsDue = 0;
  /** Openings and closings were left out. */
  #stateDue = false;

  /** @param ended the client is gone. */
  constructor(
    options: DataChannelOptions,
    names: { readonly channel: PortChannelName; readonly port: string },
    ended: () => void,
  ) {
    super(options);
    this.name = names.channel;
    this.#portName = names.port;
    this.#ended = ended;
  }

  start(): void {
    this.send(portServer.portInit, { name: this.#portName, opened: this.pipe.isOpen });
    this.pipe.setClientOpen(true);
    this.host.outgoingReady();
  }

  override close(): void {
    super.close();
    this.pipe.setClientOpen(false);
    this.#ended();
  }

  /** The guest opened or closed its end. */
  guestOpened(open: boolean): void {
    this.#event(open ? portEvents.opened : portEvents.closed);
    this.guestReady();
  }

  guestBreak(): void {
    this.#event(portEvents.break);
  }

  receive(type: number, body: Uint8Array): void {
    const message = decodePortClient(type, new Reader(body));
    switch (message.name) {
      case 'data':
      case 'compressedData':
        return this.receiveData(message);
      case 'portEvent':
        return this.#clientEvent(message.body.event);
      default:
        return this.receiveBase(message);
    }
  }

  #clientEvent(event: number): void {
    if (event === portEvents.opened || event === portEvents.closed) {
      this.pipe.setClientOpen(event === portEvents.opened);
    } else if (event === portEvents.break) this.pipe.writeBreak();
  }

  /** A client that does not read is told the last state, and not of every break: a guest cannot pile them up. */
  #event(event: number): void {
    if (this.#eventsDue >= maxEvents && event === portEvents.break) return;
    if (this.#eventsDue >= maxEvents) {
      this.#stateDue = true;
      return;
    }
    this.#eventsDue++;
    this.sendInOrder(() => {
      this.#eventsDue--;
      this.send(portServer.portEvent, { event });
      if (this.#stateDue && this.#eventsDue === 0) {
        this.#stateDue = false;
        this.#event(this.pipe.isOpen ? portEvents.opened : portEvents.closed);
      }
    });
  }
}
