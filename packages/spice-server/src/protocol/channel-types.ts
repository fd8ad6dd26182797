/** Channel type numbers of the link message: protocol §5. Ids count from 0 within a type. */
export const channelTypes = {
  main: 1,
  display: 2,
  inputs: 3,
  cursor: 4,
  playback: 5,
  record: 6,
  smartcard: 8,
  usbredir: 9,
  port: 10,
  webdav: 11,
} as const;

export type ChannelName = keyof typeof channelTypes;
export type ChannelType = (typeof channelTypes)[ChannelName];

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(channelTypes).map(([name, type]) => [type, name]),
);

/** The name of a channel type; undefined: there is no such type. */
export const channelName = (type: number): ChannelName | undefined =>
  names.get(type) as ChannelName | undefined;
