import type { CharDeviceInterface, CharDeviceType } from '@lazyspice/core';
import type { Channel } from '../channels/channel.js';
import type { CharChannelLink, CharChannelService } from '../channels/char-channel.js';
import { CharPipe, type CharService } from '../chardev/char-pipe.js';
import type { ChannelType } from '../protocol/channel-types.js';
import { SpiceServerError } from './errors.js';

/** Channel ids are a byte on the wire. */
const maxChannels = 256;

export interface ChannelPlace {
  readonly type: ChannelType;
  readonly id: number;
}

/** How a type of device is served. `channel`: clients reach it through a channel of that type. */
export type CharServing =
  | { readonly channel: ChannelType; make(pipe: CharPipe, id: number): CharChannelService }
  | { readonly channel: null; make(pipe: CharPipe): CharService };

/** What the devices cause at the clients. */
export interface CharDeviceAudience {
  channelAdded(place: ChannelPlace): void;
  channelRemoved(place: ChannelPlace): void;
  /** A device was taken out of use for what it did. */
  failed(message: string): void;
}

/** The machine's character devices in use, and the channels over them. */
export class CharDevices {
  readonly #audience: CharDeviceAudience;
  readonly #serving: (device: CharDeviceInterface) => CharServing | null;
  readonly #channels = new Map<
    string,
    { readonly place: ChannelPlace; readonly service: CharChannelService }
  >();

  /** @param serving how a device is served; null: it cannot be. */
  constructor(audience: CharDeviceAudience, serving: (device: CharDeviceInterface) => CharServing | null) {
    this.#audience = audience;
    this.#serving = serving;
  }

  /** The channels that clients may open, in the order of the devices. */
  get channels(): readonly ChannelPlace[] {
    return [...this.#channels.values()].map(({ place }) => place);
  }

  /** The channel for a client that has linked; null: it must be closed. */
  openChannel(type: number, id: number, client: CharChannelLink): Channel | null {
    return this.#channels.get(`${type}:${id}`)?.service.openChannel(client) ?? null;
  }

  /**
   * Takes a device into use; returns what takes it out again.
   * @throws SpiceServerError when devices of its type are not served, or there are 256 channels of its type.
   */
  add(device: CharDeviceInterface): () => void {
    const serving = this.#serving(device);
    if (serving === null) throw notServed(device.type);
    const place = serving.channel === null ? null : this.#freePlace(serving.channel);
    let remove = (): void => {};
    const pipe = new CharPipe(device, (error) => {
      this.#audience.failed(error.message);
      remove();
    });
    remove = () => {
      if (place !== null && this.#channels.delete(key(place))) this.#audience.channelRemoved(place);
      pipe.remove();
    };
    if (serving.channel === null || place === null) {
      pipe.serve((serving as Extract<CharServing, { channel: null }>).make(pipe));
    } else {
      const service = serving.make(pipe, place.id);
      pipe.serve(service);
      this.#channels.set(key(place), { place, service });
      this.#audience.channelAdded(place);
    }
    device.attached?.(pipe);
    return remove;
  }

  #freePlace(type: ChannelType): ChannelPlace {
    for (let id = 0; id < maxChannels; id++) {
      const place = { type, id };
      if (!this.#channels.has(key(place))) return place;
    }
    throw new SpiceServerError(
      'ERR_SERVER_UNSUPPORTED',
      `there are ${maxChannels} channels of type ${type} already`,
    );
  }
}

const key = ({ type, id }: ChannelPlace): string => `${type}:${id}`;

const notServed = (type: CharDeviceType): SpiceServerError =>
  new SpiceServerError('ERR_SERVER_UNSUPPORTED', `character devices of type '${type}' are not served`);
