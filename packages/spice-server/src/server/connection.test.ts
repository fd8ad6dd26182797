import { beforeEach, describe, expect, it } from 'vitest';
import { ClientChannel } from '../../../../test/support/spice/client-channel.js';
import { settle, VirtualClock } from '../../../../test/support/spice/virtual-clock.js';
import { Channel, ChannelError, type ChannelHost } from '../channels/channel.js';
import { baseServer } from '../protocol/generated/base.codec.js';
import { mainClient } from '../protocol/generated/main.codec.js';
import { MemoryStream } from '../transport/memory-pair.js';
import { clientFrameReader } from './client-frames.js';
import { Connection } from './connection.js';

const padding = (bytes: number) => ({ id: 9, timestamp: 0n, padding: new Uint8Array(bytes) });

/** A channel that sends pings of wanted sizes and does what the test says with what comes. */
class TestChannel extends Channel {
  readonly name = 'main';
  readonly received: number[] = [];
  queue: number[] = [];
  encoded = 0;
  closed = 0;
  ticks: number[] = [];
  wake: number | null = null;
  onReceive: (type: number) => void = () => {};

  start(): void {
    this.queue.push(0);
    this.host.outgoingReady();
  }

  override get wakeAt(): number | null {
    return this.wake;
  }

  override tick(now: number): void {
    this.ticks.push(now);
    this.wake = null;
  }

  override get isDrained(): boolean {
    return super.isDrained && this.queue.length === 0;
  }

  override close(): void {
    this.closed++;
  }

  receive(type: number): void {
    this.received.push(type);
    this.onReceive(type);
  }

  say(...sizes: number[]): void {
    this.queue.push(...sizes);
    this.host.outgoingReady();
  }

  protected override fill(budget: number): void {
    while (this.outbox.length < budget) {
      const size = this.queue.shift();
      if (size === undefined) return;
      this.encoded++;
      this.send(baseServer.ping, padding(size));
    }
  }
}

let clock: VirtualClock;
let channel: TestChannel;
let near: MemoryStream;
let far: MemoryStream;
let client: ClientChannel<'main'>;
let connection: Connection;
let reasons: string[];

beforeEach(() => {
  clock = new VirtualClock(0);
  reasons = [];
  [far, near] = MemoryStream.pair();
  client = new ClientChannel({
    name: 'main',
    miniHeader: true,
    answers: false,
    write: (bytes) => near.write([bytes]),
  });
  near.handlers = { ...near.handlers, data: (bytes) => client.receive(bytes) };
  let made: Connection | null = null;
  const host: ChannelHost = {
    outgoingReady: () => made?.schedulePump(),
    failed: (error) => made?.fail(error),
  };
  channel = new TestChannel(0, true, host);
  made = new Connection(far, channel, clientFrameReader('main', true), clock, (reason) =>
    reasons.push(reason),
  );
  connection = made;
});

const attach = (): void => client.send(mainClient.attachChannels, {});

describe('a connection', () => {
  it('starts its channel and hands it what came behind the link stage', () => {
    attach();
    const rest: Uint8Array[] = [];
    far.handlers = { ...far.handlers, data: (bytes) => rest.push(bytes) };
    near.deliver();
    connection.start(rest[0]);
    expect(channel.received).toEqual([104]);
    far.deliver();
    expect(client.names()).toEqual(['ping']);
  });

  it('writes a batch at once, when the work at hand is done', async () => {
    connection.start(new Uint8Array(0));
    far.deliver();
    channel.say(1);
    channel.say(2, 3);
    expect(far.pendingBytes).toBe(0);
    await settle();
    far.deliver();
    expect(client.received('ping').map((ping) => ping.padding.length)).toEqual([0, 1, 2, 3]);
    expect(connection.isDrained).toBe(true);
  });

  it('encodes no more than the stream has room for, and goes on when it has', async () => {
    connection.start(new Uint8Array(0));
    far.deliver();
    channel.say(...Array.from({ length: 100 }, () => 50_000));
    await settle();
    expect(far.pendingBytes).toBeGreaterThanOrEqual(256 * 1024);
    expect(far.pendingBytes).toBeLessThan(256 * 1024 + 128 * 1024 + 50_000);
    const before = channel.encoded;
    channel.say(1);
    await settle();
    expect(channel.encoded).toBe(before);
    while (far.deliver() > 0);
    expect(client.messages.length).toBe(102);
    expect(connection.isDrained).toBe(true);
  });

  it('calls its channel at the time that it wants', async () => {
    channel.wake = 500;
    connection.start(new Uint8Array(0));
    await clock.advance(400);
    channel.wake = 450;
    channel.say(1);
    await clock.advance(49);
    expect(channel.ticks).toEqual([]);
    await clock.advance(1000);
    expect(channel.ticks).toEqual([450]);
    expect(clock.timers).toBe(0);
  });

  it.each([
    [
      'a message that is too large',
      () => near.write([Uint8Array.of(101, 0, 0xff, 0xff, 0xff, 0xff)]),
      'main.clientInfo',
    ],
    [
      'a message that the channel refuses',
      () => {
        channel.onReceive = () => {
          throw new ChannelError('main: no');
        };
        attach();
        attach();
      },
      'main: no',
    ],
    [
      'a fault of the channel',
      () => {
        channel.onReceive = () => {
          throw new TypeError('oops');
        };
        attach();
        attach();
      },
      'internal error: TypeError: oops',
    ],
  ])('ends with %s, once, and takes no more', (_, spoil, reason) => {
    connection.start(new Uint8Array(0));
    spoil();
    attach();
    near.deliver();
    expect(reasons.length).toBe(1);
    expect(reasons[0]).toContain(reason);
    expect(channel.closed).toBe(1);
    expect(channel.received.length).toBeLessThan(2);
    expect(connection.isClosed).toBe(true);
    expect(near.isClosed).toBe(true);
  });

  it('ends when a device cannot tell its channel something', () => {
    connection.start(new Uint8Array(0));
    channel.failed(new RangeError('no such place'));
    expect(reasons[0]).toContain('internal error: RangeError: no such place');
  });

  it('ends with a fault in its timer or in encoding', async () => {
    channel.wake = 10;
    channel.tick = () => {
      throw new ChannelError('main: too late');
    };
    connection.start(new Uint8Array(0));
    await clock.advance(10);
    expect(reasons).toEqual(['main: too late']);
    expect(clock.timers).toBe(0);
  });

  it('ends with its stream, whoever closes it, and wants nothing after that', async () => {
    channel.wake = 1000;
    connection.start(new Uint8Array(0));
    near.destroy();
    expect(reasons).toEqual(['the client closed the stream']);
    expect(channel.closed).toBe(1);
    expect(clock.timers).toBe(0);
    channel.say(1);
    connection.pump();
    connection.end('again');
    await settle();
    expect(reasons.length).toBe(1);
    expect(channel.encoded).toBe(1);
  });
});

describe('waiting for a client', () => {
  const waits = async (ms: number): Promise<boolean> => {
    let done = false;
    void connection.drained(ms).then(() => {
      done = true;
    });
    await settle();
    return !done;
  };

  it('is over when it has everything', async () => {
    connection.start(new Uint8Array(0));
    expect(await waits(5000)).toBe(true);
    far.deliver();
    expect(await waits(5000)).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it('is over when the connection ends, or after a time', async () => {
    connection.start(new Uint8Array(0));
    let over = 0;
    void connection.drained(100).then(() => over++);
    void connection.drained(500).then(() => over++);
    await clock.advance(100);
    expect(over).toBe(1);
    connection.end('enough');
    await settle();
    expect(over).toBe(2);
    expect(await waits(100)).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it('is worth while as long as it takes or says something', async () => {
    connection.start(new Uint8Array(0));
    far.deliver();
    await clock.advance(60_000);
    channel.say(100_000);
    await settle();
    // It had nothing to take for a minute: that does not count against it.
    expect(connection.keepsUp(2000)).toBe(true);
    await clock.advance(1999);
    expect(connection.keepsUp(2000)).toBe(true);
    far.deliver(10);
    await clock.advance(1);
    expect(connection.keepsUp(2000)).toBe(true);
    await clock.advance(1999);
    attach();
    near.deliver();
    await clock.advance(1999);
    expect(connection.keepsUp(2000)).toBe(true);
    await clock.advance(1);
    expect(connection.keepsUp(2000)).toBe(false);
    far.deliver();
    expect(connection.keepsUp(2000)).toBe(true);
  });
});
