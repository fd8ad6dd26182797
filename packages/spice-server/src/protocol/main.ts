/** The main channel: protocol §5.1. */
import { channel, message, schema } from '@lazyspice/core';
import { mainCapabilities } from './capabilities.js';
import { protocolLimits as limits } from './limits.js';

const { bool32, detached, fixedBytes, flags, list, rest, struct, text, u8, u16, u32, u64 } = schema;

/** Server: relative motion, the server draws the pointer. Client: absolute positions, the client draws it. */
export const MouseModes = flags(u16, { server: 1, client: 2 });

export const ChannelId = struct('ChannelId', { type: u8, id: u8 });

/** Where to migrate to. A port that is missing is 0xffff. */
export const Destination = struct('Destination', {
  port: u16,
  tlsPort: u16,
  host: detached(text({ length: u32, max: limits.host }), { required: true }),
  /** Empty: none. */
  certificateSubject: detached(text({ length: u32, max: limits.certificateSubject })),
});

const agentData = { data: rest({ max: limits.agentData }) };

export const main = channel({
  type: 1,
  name: 'main',
  capabilities: mainCapabilities,
  clientMaxBody: limits.mainClientBody,
  server: {
    migrateBegin: message(101, { destination: Destination }, 'Connect to the destination.'),
    migrateCancel: message(102, {}, 'The migration is off.'),
    init: message(
      103,
      {
        sessionId: u32,
        /** Number of display devices. */
        displayChannelsHint: u32,
        supportedMouseModes: flags(u32, { server: 1, client: 2 }),
        currentMouseMode: u32,
        agentConnected: bool32,
        agentTokens: u32,
        /** ms, wrapping. §8.3 */
        multiMediaTime: u32,
        /** Bytes of video memory; clients size their GLZ window by it. */
        ramHint: u32,
      },
      'The first message of a session.',
    ),
    channelsList: message(
      104,
      { channels: list(ChannelId, { count: u32, max: limits.channelsListed }) },
      'Channels that the client may open, besides those listed before.',
    ),
    mouseMode: message(105, { supported: MouseModes, current: u16 }, 'The modes have changed.'),
    multiMediaTime: message(106, { time: u32 }, 'Sets the clock of the client, ms.'),
    agentConnected: message(107, {}, 'The guest has an agent now (clients without agentConnectedTokens).'),
    agentDisconnected: message(108, { errorCode: u32 }, 'The guest has no agent any more.'),
    agentData: message(109, agentData, 'A part of an agent message.'),
    agentToken: message(110, { tokens: u32 }, 'The client may send so many AGENT_DATA more.'),
    migrateSwitchHost: message(111, { destination: Destination }, 'Start anew at the destination.'),
    migrateEnd: message(112, {}, 'Go over to the destination.'),
    name: message(113, { name: text({ length: u32, max: limits.guestName }) }, 'The name of the guest.'),
    uuid: message(114, { uuid: fixedBytes(16) }, 'The UUID of the guest.'),
    agentConnectedTokens: message(115, { tokens: u32 }, 'The guest has an agent now; sets the balance.'),
    migrateBeginSeamless: message(
      116,
      { destination: Destination, sourceVersion: u32 },
      'As MIGRATE_BEGIN, with the state of the channels.',
    ),
    migrateDstSeamlessAck: message(117, {}, 'The destination takes the state.'),
    migrateDstSeamlessNack: message(118, {}, 'The destination does not take the state.'),
  },
  client: {
    clientInfo: message(101, { cacheSize: u64 }, 'Not sent by current clients.'),
    migrateConnected: message(102, {}, 'Connected to the destination.'),
    migrateConnectError: message(103, {}, 'The destination cannot be reached.'),
    attachChannels: message(104, {}, 'Asks for CHANNELS_LIST.'),
    mouseModeRequest: message(
      105,
      { mode: u16 },
      'Asks for a mouse mode; answered with MOUSE_MODE or not at all.',
    ),
    agentStart: message(106, { tokens: u32 }, 'The server may send so many AGENT_DATA.'),
    agentData: message(107, agentData, 'A part of an agent message.'),
    agentToken: message(108, { tokens: u32 }, 'The server may send so many AGENT_DATA more.'),
    migrateEnd: message(109, {}, 'At the destination: the client has come over.'),
    migrateDstDoSeamless: message(110, { sourceVersion: u32 }, 'At the destination: will it take the state?'),
    migrateConnectedSeamless: message(111, {}, 'Connected to a destination that takes the state.'),
    qualityIndicator: message(112, { data: rest({ max: limits.agentData }) }, 'Not sent by current clients.'),
  },
});
