import { beforeEach, describe, expect, it } from 'vitest';
import { LinkClient, linkMessage } from '../../../../test/support/spice/link-client.js';
import { VirtualClock } from '../../../../test/support/spice/virtual-clock.js';
import type { LinkedChannel, LinkPolicy } from '../link/link-policy.js';
import { TicketKey } from '../link/ticket-key.js';
import { MemoryStream } from '../transport/memory-pair.js';
import { HalfOpenLinks } from './half-open-links.js';

const key = await TicketKey.generate();
const policy: LinkPolicy = {
  publicKey: key.publicKey,
  decryptTicket: (ciphertext) => key.decrypt(ciphertext),
  channelSecurity: () => 'allowed',
  hasChannel: () => true,
  channelCapabilities: () => [],
  acceptTicket: () => true,
  saslMechanisms: () => null,
  hasSession: () => true,
};

let clock: VirtualClock;
let links: HalfOpenLinks;
let linked: { readonly channel: LinkedChannel; readonly rest: Uint8Array; readonly stream: unknown }[];
let refused: string[];

beforeEach(() => {
  clock = new VirtualClock();
  linked = [];
  refused = [];
  links = new HalfOpenLinks(
    policy,
    clock,
    { handshakeMs: 10_000, halfOpen: 3, connections: 100, loginFailures: 6, loginDelayMs: 1000 },
    {
      linked: (stream, channel, rest) => linked.push({ stream, channel, rest }),
      refused: (_, reason) => refused.push(reason),
    },
  );
});

const connect = (): { readonly near: MemoryStream; readonly far: MemoryStream } => {
  const [far, near] = MemoryStream.pair();
  links.accept(far);
  return { near, far };
};

describe('a connection in the link stage', () => {
  it('is handed on when it is linked, and then has no limit any more', async () => {
    const { near, far } = connect();
    const client = new LinkClient({ channelType: 1 });
    near.handlers = { ...near.handlers, data: (bytes) => client.receive(bytes) };
    for (let i = 0; i < 4; i++) {
      near.write(client.takeOutgoing());
      near.deliver();
      far.deliver();
    }
    expect(client.stage).toBe('linked');
    expect(linked).toMatchObject([{ stream: far, channel: { channelType: 1 } }]);
    expect(links.count).toBe(0);
    await clock.advance(60_000);
    expect(far.isClosed).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it('has 10 s, however busily it talks', async () => {
    const { near, far } = connect();
    const bytes = linkMessage({ channelType: 1 });
    for (let second = 0; second < 9; second++) {
      near.write([bytes.subarray(second, second + 1)]);
      near.deliver();
      await clock.advance(1000);
    }
    await clock.advance(999);
    expect(far.isClosed).toBe(false);
    await clock.advance(1);
    expect(near.isClosed).toBe(true);
    expect(refused).toEqual(['no link after 10 s']);
    expect(links.count).toBe(0);
  });

  it('leaves nothing behind when it closes by itself', async () => {
    const { near } = connect();
    near.destroy();
    expect(links.count).toBe(0);
    expect(clock.timers).toBe(0);
    expect(refused).toEqual([]);
  });

  it('is told why it is refused before it is closed', () => {
    const { near, far } = connect();
    let received = 0;
    near.handlers = {
      ...near.handlers,
      data: (bytes) => {
        received += bytes.length;
      },
    };
    near.write([new TextEncoder().encode('GET / HTTP/1.1\r\n')]);
    near.deliver();
    expect(refused).toEqual(['the magic number is wrong']);
    expect(near.isClosed).toBe(false);
    far.deliver();
    expect(received).toBe(194);
    expect(near.isClosed).toBe(true);
  });

  it('is not waited for when it does not read its refusal', async () => {
    const { near } = connect();
    near.write([new Uint8Array(16)]);
    near.deliver();
    near.write([new Uint8Array(5000)]);
    near.deliver();
    await clock.advance(1999);
    expect(near.isClosed).toBe(false);
    await clock.advance(1);
    expect(near.isClosed).toBe(true);
    expect(clock.timers).toBe(0);
  });

  it('gives way, the oldest first, when there are too many', () => {
    const streams = [connect(), connect(), connect(), connect()];
    expect(streams.map(({ near }) => near.isClosed)).toEqual([true, false, false, false]);
    expect(refused).toEqual(['too many connections in the link stage']);
    connect();
    expect(streams.map(({ near }) => near.isClosed)).toEqual([true, true, false, false]);
    expect(links.count).toBe(3);
  });

  it('ends with the server', () => {
    const streams = [connect(), connect()];
    links.closeAll();
    expect(streams.every(({ near }) => near.isClosed)).toBe(true);
    expect(links.count).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('waits longer and longer for the answer to wrong passwords, and is then turned away', async () => {
    const [, sample] = MemoryStream.pair();
    const address = { ...sample.address, family: 'ipv4' as const, host: '10.0.0.1' };
    const strict = new HalfOpenLinks(
      { ...policy, acceptTicket: () => false },
      clock,
      { handshakeMs: 10_000, halfOpen: 3, connections: 100, loginFailures: 5, loginDelayMs: 1000 },
      { linked: () => {}, refused: (_, reason) => refused.push(reason) },
    );
    const attempt = async (): Promise<number | null> => {
      const [far, near] = MemoryStream.pair();
      strict.accept(Object.defineProperty(far, 'address', { value: address }));
      const client = new LinkClient({ channelType: 1, password: 'guess' });
      near.handlers = { ...near.handlers, data: (bytes) => client.receive(bytes) };
      const start = clock.now();
      for (let i = 0; i < 40 && client.error === null && !near.isClosed; i++) {
        near.write(client.takeOutgoing());
        near.deliver();
        far.deliver();
        if (i > 3 && client.error === null) await clock.advance(500);
      }
      return client.error === null ? null : clock.now() - start;
    };
    expect(await attempt()).toBe(0);
    expect(await attempt()).toBe(0);
    expect(await attempt()).toBe(0);
    expect(await attempt()).toBe(1000);
    expect(await attempt()).toBe(2000);
    expect(await attempt()).toBe(null);
    expect(refused.at(-1)).toBe('too many failed logins from this address');
    await clock.advance(60_000);
    expect(await attempt()).toBe(0);
  });
});
