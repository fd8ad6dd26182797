import { charDeviceWindow } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { decompressLz4Block } from '../../packages/spice-server/src/codecs/lz4/lz4-block.js';
import { deviceCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import { channelTypes } from '../../packages/spice-server/src/protocol/channel-types.js';
import { portEvents } from '../../packages/spice-server/src/protocol/devices.js';
import { portClient } from '../../packages/spice-server/src/protocol/generated/devices.codec.js';
import { Bench } from '../support/spice/bench.js';
import { CharGuest } from '../support/spice/char-guest.js';
import type { ClientChannel } from '../support/spice/client-channel.js';
import type { ScriptedClient, ScriptedClientOptions } from '../support/spice/scripted-client.js';

const serial = { type: 'port', portName: 'org.qemu.console.serial.0' } as const;
const channels = ['port'] as const;
const noise = (length: number): Uint8Array => {
  let state = 1;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
};

const port = (client: ScriptedClient, id = 0): ClientChannel<'port'> => {
  const channel = client.ports.get(id);
  if (channel === undefined) throw new Error(`port ${id} is not open`);
  return channel;
};
const dataOf = (channel: ClientChannel<'port'>): Buffer =>
  Buffer.concat(
    channel.messages.flatMap((message) => {
      if (message.name === 'data') return [message.body.data];
      if (message.name !== 'compressedData' || message.body.data.type !== 'lz4') return [];
      const { data, uncompressedSize } = message.body.data;
      return [decompressLz4Block(data, uncompressedSize)];
    }),
  );
const open = async (options: ScriptedClientOptions = {}) => {
  const bench = await Bench.open();
  const { guest, remove } = CharGuest.add(bench, serial);
  const client = bench.connect({ channels, ...options });
  await bench.settle();
  return { bench, guest, remove, client };
};

describe('a port', () => {
  it('says its name and carries bytes both ways', async () => {
    const { bench, guest, client } = await open();
    expect(port(client).received('portInit')).toEqual([{ name: serial.portName, opened: true }]);
    port(client).send(portClient.data, { data: Buffer.from('ls\n') });
    guest.send(Buffer.from('bin etc'));
    await bench.settle();
    expect(guest.bytes.toString()).toBe('ls\n');
    expect(dataOf(port(client)).toString()).toBe('bin etc');
    expect(guest.events).toEqual(['attached', 'client open']);
  });

  it('tells each side what the other opens, closes and breaks, in the order of the bytes', async () => {
    const { bench, guest, client } = await open();
    guest.send(Buffer.from('bye'));
    guest.device.setOpen(false);
    guest.device.setOpen(true);
    guest.device.sendBreak();
    guest.send(Buffer.from('again'));
    await bench.settle();
    expect(port(client).names()).toEqual(['portInit', 'data', 'portEvent', 'portEvent', 'portEvent', 'data']);
    const { closed, opened } = portEvents;
    expect(
      port(client)
        .received('portEvent')
        .map(({ event }) => event),
    ).toEqual([closed, opened, portEvents.break]);
    for (const event of [portEvents.break, closed, opened, 77])
      port(client).send(portClient.portEvent, { event });
    await bench.settle();
    expect(guest.events).toEqual(['attached', 'client open', 'break', 'client closed', 'client open']);
    client.disconnect();
    await bench.settle();
    expect(guest.events.at(-1)).toBe('client closed');
  });

  it('that the guest opens later is listed, and closed when it is removed', async () => {
    const bench = await Bench.open();
    const client = bench.connect({ channels });
    await bench.settle();
    const { guest, remove } = CharGuest.add(bench, serial);
    const second = CharGuest.add(bench, { type: 'port', portName: 'org.test.1' });
    await bench.settle();
    expect(port(client, 1).received('portInit')).toEqual([{ name: 'org.test.1', opened: true }]);
    remove();
    await bench.settle();
    expect(client.isOpen('port', 0)).toBe(false);
    expect(client.isOpen('port', 1)).toBe(true);
    expect(guest.events.at(-1)).toBe('detached');
    expect(guest.send(new Uint8Array(charDeviceWindow * 2))).toBe(0);
    second.remove();
    expect(
      bench.server.query().channels.filter(({ channelType }) => channelType === channelTypes.port),
    ).toEqual([]);
  });

  it('has one client at a time', async () => {
    const { bench, client, guest } = await open();
    const second = bench.connect({ channels });
    await bench.settle();
    expect(second.isOpen('port')).toBe(false);
    expect(second.isOpen('main')).toBe(true);
    client.disconnect();
    const third = bench.connect({ channels });
    await bench.settle();
    guest.send(Buffer.from('you'));
    await bench.settle();
    expect(dataOf(port(third)).toString()).toBe('you');
  });

  it('whose name is too long is refused', async () => {
    const bench = await Bench.open();
    const long = new CharGuest({ type: 'port', portName: 'x'.repeat(1024) });
    expect(() => bench.server.addInterface(long.device)).toThrow(RangeError);
    expect(bench.server.query().channels).toEqual([]);
  });
});

describe('back-pressure at a port', () => {
  it('holds the guest when its client does not read, with no more than the window in memory', async () => {
    const { bench, guest, client } = await open();
    client.bandwidth = 0;
    const sent = noise(3_000_000);
    guest.send(sent);
    await bench.settle();
    const inFlight = sent.length - guest.unsent;
    expect(inFlight).toBeLessThan(1_000_000);
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    expect(dataOf(port(client)).equals(sent)).toBe(true);
  });

  it('holds the client when the guest does not read', async () => {
    const { bench, guest, client } = await open();
    guest.reads = false;
    const sent = noise(3_000_000);
    for (let at = 0; at < sent.length; at += 30_000) {
      port(client).send(portClient.data, { data: sent.subarray(at, at + 30_000) });
    }
    await bench.settle();
    expect(guest.bytes.length).toBe(charDeviceWindow);
    expect(client.wire('port').near.pendingBytes).toBeGreaterThan(2_000_000);
    guest.resume();
    await bench.settle();
    expect(guest.bytes.equals(sent)).toBe(true);
  });

  it('drops what waits for a guest that has closed the port', async () => {
    const { bench, guest, client } = await open();
    guest.reads = false;
    port(client).send(portClient.data, { data: noise(charDeviceWindow + 100_000) });
    await bench.settle();
    guest.device.setOpen(false);
    await bench.settle();
    guest.device.setOpen(true);
    guest.resume();
    port(client).send(portClient.data, { data: Buffer.from('fresh') });
    await bench.settle();
    expect(guest.bytes.length).toBe(charDeviceWindow + 5);
  });

  it('does not keep count of a guest that opens and closes for ever', async () => {
    const { bench, guest, client } = await open();
    client.bandwidth = 0;
    guest.send(noise(charDeviceWindow));
    await bench.settle();
    guest.send(noise(charDeviceWindow));
    await bench.settle();
    for (let i = 0; i < 1001; i++) {
      guest.device.setOpen(i % 2 === 1);
      guest.device.sendBreak();
    }
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    const events = port(client).received('portEvent');
    expect(events.length).toBeLessThan(50);
    expect(events.at(-1)).toEqual({ event: portEvents.closed });
  });
});

describe('compression at a port', () => {
  it('is used towards a client that has it, and read from it', async () => {
    const { bench, guest, client } = await open({ portCapabilities: [deviceCapabilities.dataCompressLz4] });
    const text = Buffer.from('the same words '.repeat(1000));
    guest.send(text);
    guest.send(noise(5000));
    await bench.settle();
    expect(dataOf(port(client)).equals(Buffer.concat([text, noise(5000)]))).toBe(true);
    expect(port(client).names()).toContain('compressedData');
    const data = {
      type: 'lz4',
      uncompressedSize: 6,
      data: Uint8Array.of(0x60, ...Buffer.from('abcdef')),
    } as const;
    port(client).send(portClient.compressedData, { data });
    port(client).send(portClient.compressedData, { data: { type: 'none', data: Buffer.from('gh') } });
    await bench.settle();
    expect(guest.bytes.toString()).toBe('abcdefgh');
  });

  it('is not used without it', async () => {
    const { bench, guest, client } = await open();
    guest.send(new Uint8Array(5000));
    await bench.settle();
    expect(port(client).names()).not.toContain('compressedData');
  });

  it('that lies closes the channel and nothing else', async () => {
    const lies = [
      { uncompressedSize: 7, data: Uint8Array.of(0x60, ...Buffer.from('abcdef')) },
      { uncompressedSize: 0xffff_ffff, data: Uint8Array.of(0) },
      { uncompressedSize: 6, data: Uint8Array.of(0x10) },
    ];
    for (const lie of lies) {
      const { bench, client } = await open();
      port(client).send(portClient.compressedData, { data: { type: 'lz4', ...lie } });
      await bench.settle();
      expect(client.isOpen('port')).toBe(false);
      expect(client.isOpen('main')).toBe(true);
      expect(bench.log.some((line) => line.includes('internal error'))).toBe(false);
    }
  });
});
