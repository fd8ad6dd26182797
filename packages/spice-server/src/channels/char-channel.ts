import type { CharService } from '../chardev/char-pipe.js';
import type { LinkedChannel } from '../link/link-policy.js';
import type { Channel, ChannelHost } from './channel.js';

/** What a channel over a character device is made of. */
export interface CharChannelLink {
  readonly link: LinkedChannel;
  readonly host: ChannelHost;
  /** The client is on the same machine: nothing is gained by compressing. */
  readonly local: boolean;
}

/** A service that clients reach through a channel of its own. */
export interface CharChannelService extends CharService {
  /** The channel of a client that has linked; null: it must be closed, as when another client has the device. */
  openChannel(client: CharChannelLink): Channel | null;
}
