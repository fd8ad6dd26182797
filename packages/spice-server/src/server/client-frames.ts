import { base } from '../protocol/base.js';
import { cursor } from '../protocol/cursor.js';
import { display } from '../protocol/display.js';
import { inputs } from '../protocol/inputs.js';
import { main } from '../protocol/main.js';
import { FrameReader } from '../wire/framing.js';

type MessageLimits = Readonly<Record<string, { readonly id: number; readonly maxBody: number | null }>>;

/** Bodies larger than their channel's limit, by message number. */
function exceptions(...groups: readonly MessageLimits[]): ReadonlyMap<number, number> {
  const limits = new Map<number, number>();
  for (const group of groups) {
    for (const { id, maxBody } of Object.values(group)) if (maxBody !== null) limits.set(id, maxBody);
  }
  return limits;
}

const channels = [main, display, inputs, cursor].map((channel) => ({
  type: channel.type,
  name: channel.name,
  clientMaxBody: channel.clientMaxBody,
  exceptions: exceptions(base.client as MessageLimits, channel.client as MessageLimits),
}));

/** The reader of what a client sends on a channel, with the declared limits. */
export function clientFrameReader(channelType: number, miniHeader: boolean): FrameReader {
  const channel = channels.find(({ type }) => type === channelType);
  if (channel === undefined) throw new RangeError(`no channel of type ${channelType} is served`);
  return new FrameReader({
    channel: channel.name,
    miniHeader,
    maxBody: (type) => channel.exceptions.get(type) ?? channel.clientMaxBody,
  });
}
