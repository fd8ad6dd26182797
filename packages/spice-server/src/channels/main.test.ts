import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelProbe } from '../../../../test/support/spice/channel-probe.js';
import { AgentHub } from '../agent/agent-hub.js';
import type { LinkedChannel } from '../link/link-policy.js';
import { baseClient } from '../protocol/generated/base.codec.js';
import { mainClient } from '../protocol/generated/main.codec.js';
import { MainChannel, type MainContext } from './main.js';
import { MediaTime } from './media-time.js';

/** A machine without an agent. */
const noAgent = (): AgentHub =>
  new AgentHub({
    copyPaste: () => true,
    fileTransfer: () => true,
    setMonitors: () => false,
    graphics: () => [],
    mouseChanged: () => {},
    failed: () => {},
  });
const display = { type: 2, id: 0 };
const inputs = { type: 3, id: 0 };

const open = (
  changes: Partial<MainContext> = {},
  { names = true, answers = true, now = 1000, start = true } = {},
): ChannelProbe<'main', MainChannel> & { readonly requested: number[] } => {
  const requested: number[] = [];
  const link: LinkedChannel = {
    connectionId: 0,
    channelType: 1,
    channelId: 0,
    commonCapabilities: [0x0d],
    channelCapabilities: names ? [0x2] : [],
    miniHeader: true,
  };
  const context: MainContext = {
    heardAt: () => 0,
    arriving: false,
    arrived: () => {},
    migrationChanged: () => {},
    sessionId: 77,
    guestName: 'Gast',
    guestUuid: new Uint8Array(16).fill(0xab),
    local: true,
    media: new MediaTime(),
    displayChannels: () => 1,
    mouseMode: () => ({ supported: 3, current: 1 }),
    requestMouseMode: (mode) => requested.push(mode),
    channels: () => [display, inputs],
    joinAgent: (host) => noAgent().join(host),
    ...changes,
  };
  const probe = new ChannelProbe('main', (host) => new MainChannel(link, host, context), { answers });
  probe.now = now;
  if (start) {
    probe.channel.start(now);
    probe.take();
  }
  return Object.assign(probe, { requested });
};

describe('the start of a session', () => {
  it('is INIT, NAME, UUID and three pings', () => {
    const probe = open({ local: false });
    expect(probe.client.names()).toEqual(['init', 'name', 'uuid', 'ping', 'ping', 'ping']);
    expect(probe.client.received('init')).toEqual([
      {
        sessionId: 77,
        displayChannelsHint: 1,
        supportedMouseModes: 3,
        currentMouseMode: 1,
        agentConnected: false,
        agentTokens: 64,
        multiMediaTime: 600,
        ramHint: 64 * 1024 * 1024,
      },
    ]);
    expect(probe.client.received('name')).toEqual([{ name: 'Gast' }]);
    expect(probe.client.received('uuid')).toEqual([{ uuid: new Uint8Array(16).fill(0xab) }]);
    const pings = probe.client.received('ping');
    expect(pings.map(({ id, padding }) => [id, padding.length])).toEqual([
      [1, 0],
      [2, 0],
      [3, 256_000],
    ]);
    expect(pings[0].timestamp).toBe(1_000_000n);
  });

  it.each([
    ['a client that does not know NAME', {}, false, ['init']],
    ['a guest without a name', { guestName: null }, true, ['init', 'uuid']],
    ['a guest without a UUID', { guestUuid: null }, true, ['init', 'name']],
  ])('suits %s; a UNIX socket is not measured', (_, changes, names, expected) => {
    expect(open(changes, { names }).client.names()).toEqual(expected);
  });

  it('has a multimedia time that wraps and never runs below 0', () => {
    const time = (now: number): number => open({}, { now }).client.received('init')[0].multiMediaTime;
    expect(time(100)).toBe(0);
    expect(time(2 ** 32 + 500)).toBe(100);
  });
});

describe('the list of channels', () => {
  it('comes when the client attaches, once', () => {
    const probe = open();
    expect(probe.client.received('channelsList')).toEqual([]);
    probe.send(mainClient.attachChannels, {});
    probe.send(mainClient.attachChannels, {});
    expect(probe.take()).toEqual([{ name: 'channelsList', body: { channels: [display, inputs] } }]);
  });

  it('goes on with channels that are added later, but not before the client attached', () => {
    const probe = open();
    probe.channel.channelsAdded([{ type: 2, id: 1 }]);
    expect(probe.take()).toEqual([]);
    probe.send(mainClient.attachChannels, {});
    probe.channel.channelsAdded([{ type: 2, id: 2 }]);
    expect(probe.take().at(-1)).toEqual({ name: 'channelsList', body: { channels: [{ type: 2, id: 2 }] } });
  });
});

describe('the mouse mode', () => {
  it('is asked for by the client', () => {
    const probe = open();
    probe.send(mainClient.mouseModeRequest, { mode: 2 });
    probe.send(mainClient.mouseModeRequest, { mode: 9 });
    expect(probe.requested).toEqual([2, 9]);
    expect(probe.take()).toEqual([]);
  });

  it('is told when it changed, the last of several', () => {
    const probe = open();
    probe.channel.mouseModeChanged({ supported: 3, current: 2 });
    probe.channel.mouseModeChanged({ supported: 1, current: 1 });
    expect(probe.channel.isDrained).toBe(false);
    expect(probe.take()).toEqual([{ name: 'mouseMode', body: { supported: 1, current: 1 } }]);
    expect(probe.channel.isDrained).toBe(true);
  });
});

describe('pings', () => {
  it('go out every 5 s while the client answers', () => {
    const probe = open({}, { now: 0 });
    probe.pass(20_000);
    expect(probe.client.received('ping').map(({ id }) => id)).toEqual([4, 5, 6, 7]);
  });

  it('measure latency and bit rate', () => {
    const probe = open({ local: false }, { answers: false });
    probe.now += 20;
    probe.send(baseClient.pong, { id: 1, timestamp: 0n });
    probe.send(baseClient.pong, { id: 2, timestamp: 0n });
    expect(probe.channel.estimate.latency).toBe(20);
    expect(probe.channel.estimate.bitRate).toBe(null);
    expect(probe.channel.estimate.isLowBandwidth).toBe(false);
    probe.now += 1000;
    probe.send(baseClient.pong, { id: 3, timestamp: 0n });
    expect(probe.channel.estimate.bitRate).toBe(2_048_000);
    expect(probe.channel.estimate.isLowBandwidth).toBe(true);
  });

  it.each([
    ['measured', false, 30_000],
    ['local', true, 30_000],
  ])('end a %s client that is silent for 30 s', (_, local, limit) => {
    const probe = open({ local }, { answers: false, now: 0 });
    probe.pass(limit - 1);
    expect(() => probe.pass(1)).toThrow('nothing heard for 30 s');
  });

  it('count from the last thing that was heard, whatever it was', () => {
    const probe = open({ local: false }, { answers: false, now: 0 });
    probe.pass(20_000);
    probe.send(mainClient.agentToken, { tokens: 1 });
    probe.pass(29_999);
    expect(() => probe.pass(1)).toThrow('nothing heard');
    expect(probe.now).toBe(50_000);
  });

  it('do not end a client whose other channels are heard', () => {
    let heard = 0;
    const probe = open({ local: false, heardAt: () => heard }, { answers: false, now: 0 });
    probe.pass(25_000);
    heard = probe.now;
    probe.pass(29_999);
    expect(() => probe.pass(1)).toThrow('nothing heard');
  });

  it('do not end a client that owes nothing', () => {
    const probe = open({}, { now: 0 });
    probe.pass(200_000);
    expect(probe.client.received('ping').length).toBe(40);
  });
});

it('drops what is meant for an agent', () => {
  const probe = open();
  probe.send(mainClient.agentStart, { tokens: 0xffff_ffff });
  probe.send(mainClient.agentData, { data: new Uint8Array(2048) });
  probe.send(mainClient.clientInfo, { cacheSize: 1n });
  probe.send(mainClient.qualityIndicator, { data: new Uint8Array(3) });
  probe.send(baseClient.disconnecting, { timestamp: 0n, reason: 0 });
  expect(probe.take()).toEqual([]);
});

it.each([
  ['migrateConnected', {}],
  ['migrateConnectError', {}],
  ['migrateEnd', {}],
  ['migrateConnectedSeamless', {}],
  ['migrateDstDoSeamless', { sourceVersion: 1 }],
] as const)('refuses %s, as nothing migrates', (name, body) => {
  const probe = open();
  expect(() => probe.send(mainClient[name], body)).toThrow('without a migration');
});

it('survives any bodies', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120 }), fc.uint8Array({ maxLength: 30 }), (type, body) => {
      const probe = open();
      try {
        probe.channel.receive(type, body, 0);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^(WIRE_|ERR_CHANNEL)/);
      }
    }),
  );
});
