import type { ChannelName } from '../protocol/channel-types.js';
import { clientMaxBody, messageName } from '../protocol/messages.js';
import { FrameReader } from '../wire/framing.js';

/** The reader of what a client sends on a channel, with the declared limits. */
export function clientFrameReader(channel: ChannelName, miniHeader: boolean): FrameReader {
  return new FrameReader({
    channel,
    miniHeader,
    maxBody: (type) => clientMaxBody(channel, type),
    messageName: (type) => messageName(channel, 'client', type),
  });
}
