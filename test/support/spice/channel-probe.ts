import type { Channel, ChannelHost } from '../../../packages/spice-server/src/channels/channel.js';
import type { ChannelName } from '../../../packages/spice-server/src/protocol/channel-types.js';
import type { ServerMessage } from '../../../packages/spice-server/src/protocol/messages.js';
import { clientFrameReader } from '../../../packages/spice-server/src/server/client-frames.js';
import type { MessageEncoder } from '../../../packages/spice-server/src/wire/framing.js';
import { ClientChannel } from './client-channel.js';

export interface ProbeOptions<C extends ChannelName> {
  readonly miniHeader?: boolean;
  /** As `ClientChannelOptions.answers`. */
  readonly answers?: boolean;
  message?(message: ServerMessage<C>): void;
}

/** One server channel with a client right behind it, without a server or a stream. */
export class ChannelProbe<C extends ChannelName, T extends Channel> {
  readonly channel: T;
  readonly client: ClientChannel<C>;
  now = 0;
  /** How often the channel said that it has something. */
  announced = 0;
  #read = 0;

  constructor(name: C, make: (host: ChannelHost) => T, options: ProbeOptions<C> = {}) {
    const { miniHeader = true, answers = true, message } = options;
    const host: ChannelHost = {
      outgoingReady: () => {
        this.announced++;
      },
      failed: (error) => {
        throw error;
      },
    };
    this.channel = make(host);
    const frames = clientFrameReader(name, miniHeader);
    this.client = new ClientChannel<C>({
      name,
      miniHeader,
      answers,
      write: (bytes) => {
        for (const { type, body } of frames.push(bytes)) this.channel.receive(type, body, this.now);
      },
      ...(message === undefined ? {} : { message }),
    });
  }

  /** Takes what the channel has, up to `budget` bytes at a time, `times` times; returns the new messages. */
  take(budget = 1 << 20, times = Number.POSITIVE_INFINITY): ServerMessage<C>[] {
    for (let i = 0; i < times; i++) {
      const chunks = this.channel.takeOutgoing(budget, this.now);
      if (chunks.length === 0) break;
      for (const chunk of chunks) this.client.receive(chunk.slice());
    }
    const fresh = this.client.messages.slice(this.#read);
    this.#read = this.client.messages.length;
    return fresh;
  }

  /** As `take`, only the names. */
  takeNames(): string[] {
    return this.take().map(({ name }) => name);
  }

  send<Body>(message: MessageEncoder<Body>, body: Body): void {
    this.client.send(message, body);
  }

  /** Lets `ms` pass: `tick` is called whenever the channel wants it. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let at = this.channel.wakeAt; at !== null && at <= end; at = this.channel.wakeAt) {
      this.now = Math.max(this.now, at);
      this.channel.tick(this.now);
      this.take();
    }
    this.now = end;
  }
}
