/** The messages of every channel: protocol §3.3 to §3.7. Channels' own numbers start at 101. */
import { message, schema } from '@lazyspice/core';
import { protocolLimits as limits } from './limits.js';

const { bytes, enumOf, flags, list, pointer, rest, struct, text, u8, u16, u32, u64 } = schema;

/** Wait until the named channel has processed its message `serial`. §3.6 */
export const WaitForChannel = struct('WaitForChannel', { channelType: u8, channelId: u8, serial: u64 });

/** A message inside a message: §3.2. */
export const SubMessage = struct('SubMessage', {
  type: u16,
  body: bytes({ length: u32, max: limits.subMessage }),
});

export const NotifySeverity = enumOf(u32, { info: 0, warn: 1, error: 2 });
export const NotifyVisibility = enumOf(u32, { low: 0, medium: 1, high: 2 });
export const MigrateFlags = flags(u32, { needFlush: 1, needDataTransfer: 2 });

const disconnecting = message(
  6,
  { timestamp: u64, reason: u32 },
  'The sender goes away; a link error says why.',
);

export const base = {
  server: {
    migrate: message(1, { flags: MigrateFlags }, 'The channel moves to another server.'),
    migrateData: message(2, { data: rest({ max: limits.migrateData }) }, 'State for the other server.'),
    setAck: message(3, { generation: u32, window: u32 }, 'From now on one ACK per `window` messages.'),
    ping: message(
      4,
      { id: u32, timestamp: u64, padding: rest({ max: limits.pingPadding }) },
      'To be answered with PONG at once.',
    ),
    waitForChannels: message(
      5,
      { channels: list(WaitForChannel, { count: u8, max: limits.waitForChannels }) },
      'The client holds this channel until the named ones have come so far.',
    ),
    disconnecting,
    notify: message(
      7,
      {
        timestamp: u64,
        severity: NotifySeverity,
        visibility: NotifyVisibility,
        /** 0: general. */
        what: u32,
        text: text({ length: u32, max: limits.notice, countsNul: false }),
      },
      'A text for the user or the log.',
    ),
    list: message(
      8,
      { messages: list(pointer(SubMessage), { count: u16, max: limits.subMessages }) },
      'Messages without headers of their own, handled in order.',
    ),
  },
  client: {
    ackSync: message(1, { generation: u32 }, 'Answers SET_ACK.'),
    ack: message(2, {}, 'A window of messages has been received.'),
    pong: message(3, { id: u32, timestamp: u64 }, 'Answers PING with its fields.'),
    migrateFlushMark: message(4, {}, 'Nothing follows to the server that is left.'),
    migrateData: message(5, { data: rest({ max: limits.migrateData }) }, 'State from the other server.', {
      maxBody: limits.migrateData,
    }),
    disconnecting,
  },
} as const;
