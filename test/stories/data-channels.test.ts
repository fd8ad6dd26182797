import { charDeviceWindow } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import {
  encodeVsc,
  noReader,
  type VscMessage,
  VscStream,
  vscErrors,
  vscTypes,
} from '../../packages/spice-server/src/chardev/vsc-stream.js';
import { deviceCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import {
  smartcardClient,
  usbredirClient,
  webdavClient,
} from '../../packages/spice-server/src/protocol/generated/devices.codec.js';
import { Bench } from '../support/spice/bench.js';
import { CharGuest } from '../support/spice/char-guest.js';
import type { ScriptedClient, ScriptedClientOptions } from '../support/spice/scripted-client.js';

const lz4 = [deviceCapabilities.dataCompressLz4];

describe('a slot for USB devices', () => {
  const open = async (options: ScriptedClientOptions = {}) => {
    const bench = await Bench.open();
    const { guest, remove } = CharGuest.add(bench, { type: 'usbredir' });
    const client = bench.connect({ channels: ['usbredir'], ...options });
    await bench.settle();
    return { bench, guest, remove, client };
  };
  const slot = (client: ScriptedClient, id = 0) => {
    const channel = client.usbredirs.get(id);
    if (channel === undefined) throw new Error(`slot ${id} is not open`);
    return channel;
  };

  it('carries bytes both ways, and says nothing first', async () => {
    const { bench, guest, client } = await open();
    expect(slot(client).names()).toEqual([]);
    expect(guest.events).toEqual(['attached', 'client open']);
    slot(client).send(usbredirClient.data, { data: Buffer.from('hello') });
    guest.send(Buffer.from('back'));
    await bench.settle();
    expect(guest.bytes.toString()).toBe('hello');
    expect(
      slot(client)
        .received('data')
        .map(({ data }) => Buffer.from(data).toString()),
    ).toEqual(['back']);
  });

  it('compresses what is long, for clients that can', async () => {
    const { bench, guest, client } = await open({ portCapabilities: lz4 });
    guest.send(new Uint8Array(5000));
    await bench.settle();
    guest.send(new Uint8Array(900));
    await bench.settle();
    expect(slot(client).names()).toEqual(['compressedData', 'data']);
  });

  it('is a new beginning for each client, one at a time', async () => {
    const { bench, guest, client } = await open();
    const second = bench.connect({ channels: ['usbredir'] });
    await bench.settle();
    expect([second.isOpen('usbredir'), second.isOpen('main')]).toEqual([false, true]);
    // In the middle of something that the guest does not read.
    guest.reads = false;
    slot(client).send(usbredirClient.data, { data: new Uint8Array(charDeviceWindow + 5000) });
    await bench.settle();
    client.disconnect();
    await bench.settle();
    guest.resume();
    guest.send(Buffer.from('nobody hears this'));
    await bench.settle();
    expect(guest.bytes.length).toBe(charDeviceWindow);
    expect(guest.unsent).toBe(0);
    const third = bench.connect({ channels: ['usbredir'] });
    await bench.settle();
    expect(guest.events).toEqual(['attached', 'client open', 'client closed', 'client open']);
    slot(third).send(usbredirClient.data, { data: Buffer.from('fresh') });
    await bench.settle();
    expect(guest.bytes.subarray(charDeviceWindow).toString()).toBe('fresh');
  });

  it('holds a client back while the guest does not read, and a guest whose client does not', async () => {
    const { bench, guest, client } = await open();
    guest.reads = false;
    const megabyte = new Uint8Array(1 << 20);
    for (let i = 0; i < 8; i++) slot(client).send(usbredirClient.data, { data: megabyte });
    await bench.settle();
    expect(guest.bytes.length).toBe(charDeviceWindow);
    guest.resume();
    await bench.settle();
    expect(guest.bytes.length).toBe(8 << 20);
    client.bandwidth = 0;
    const left = guest.send(new Uint8Array(16 << 20));
    await bench.settle();
    expect(left).toBeGreaterThan(8 << 20);
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    expect(guest.unsent).toBe(0);
  });

  it('there may be several of, each with a channel of its own, that close when they are removed', async () => {
    const { bench, client, remove } = await open();
    const other = CharGuest.add(bench, { type: 'usbredir' });
    await bench.settle();
    expect([client.isOpen('usbredir', 0), client.isOpen('usbredir', 1)]).toEqual([true, true]);
    remove();
    await bench.settle();
    expect([client.isOpen('usbredir', 0), client.isOpen('usbredir', 1)]).toEqual([false, true]);
    slot(client, 1).send(usbredirClient.data, { data: Buffer.from('x') });
    await bench.settle();
    expect(other.guest.bytes.toString()).toBe('x');
  });
});

describe('a folder that a client shares', () => {
  it.each([{ type: 'webdav' }, { type: 'port', portName: 'org.spice-space.webdav.0' }] as const)(
    'has a channel of its own type: $type',
    async (identity) => {
      const bench = await Bench.open();
      const { guest } = CharGuest.add(bench, identity);
      const client = bench.connect({ channels: ['port', 'webdav'] });
      await bench.settle();
      expect([client.isOpen('port'), client.isOpen('webdav')]).toEqual([false, true]);
      const channel = client.webdavs.get(0);
      expect(channel?.received('portInit')).toEqual([{ name: 'org.spice-space.webdav.0', opened: true }]);
      channel?.send(webdavClient.data, { data: Buffer.from('mux') });
      guest.send(Buffer.from('mix'));
      await bench.settle();
      expect(guest.bytes.toString()).toBe('mux');
      expect(channel?.received('data').map(({ data }) => Buffer.from(data).toString())).toEqual(['mix']);
    },
  );
});

describe('a card reader', () => {
  const text = (name: string) => new Uint8Array(Buffer.from(name));
  const open = async () => {
    const bench = await Bench.open();
    const { guest, remove } = CharGuest.add(bench, { type: 'smartcard' });
    const client = bench.connect({ channels: ['smartcard'] });
    await bench.settle();
    const channel = client.smartcards.get(0);
    if (channel === undefined) throw new Error('there is no smartcard channel');
    const stream = new VscStream();
    let read = 0;
    return {
      bench,
      guest,
      remove,
      client,
      channel,
      say: (type: number, data = new Uint8Array(0), readerId = 0) =>
        channel.send(smartcardClient.data, { message: { type, readerId, data } }),
      /** What has come at the guest's device since the last call. */
      heard: (): readonly (readonly [number, string])[] => {
        const messages = stream.feed(new Uint8Array(guest.bytes.subarray(read)));
        read = guest.bytes.length;
        return messages.map(({ type, data }) => [type, Buffer.from(data).toString()]);
      },
      answers: () =>
        channel.received('data').map(({ message }) => [message.type, message.readerId, [...message.data]]),
    };
  };
  const error = (code: number) => new Uint8Array([code, 0, 0, 0]);

  it('lives: added, a card comes, answers commands, and goes', async () => {
    const { bench, guest, say, heard, answers } = await open();
    say(vscTypes.init, new Uint8Array(12));
    say(vscTypes.readerAdd, text('Reader'), noReader);
    await bench.settle();
    expect(heard()).toEqual([[vscTypes.readerAdd, 'Reader']]);
    guest.send(encodeVsc({ type: vscTypes.init, readerId: noReader, data: new Uint8Array(12) }));
    guest.send(encodeVsc({ type: vscTypes.error, readerId: noReader, data: error(vscErrors.none) }));
    say(vscTypes.atr, text('atr'));
    await bench.settle();
    expect(heard()).toEqual([[vscTypes.atr, 'atr']]);
    // Two messages in three parts.
    const two = Buffer.concat(
      ['select', 'read'].map((name) => encodeVsc({ type: vscTypes.apdu, readerId: 0, data: text(name) })),
    );
    for (const [from, to] of [
      [0, 5],
      [5, 25],
      [25, two.length],
    ])
      guest.send(two.subarray(from, to));
    await bench.settle();
    expect(answers()).toEqual([
      [vscTypes.error, 0, [0, 0, 0, 0]],
      [vscTypes.apdu, 0, [...text('select')]],
      [vscTypes.apdu, 0, [...text('read')]],
    ]);
    say(vscTypes.apdu, text('9000'));
    say(vscTypes.cardRemove);
    say(vscTypes.readerRemove);
    await bench.settle();
    expect(heard().map(([type]) => type)).toEqual([
      vscTypes.apdu,
      vscTypes.cardRemove,
      vscTypes.readerRemove,
    ]);
  });

  it('answers what cannot be with an error: a second reader, a card without one', async () => {
    const { bench, guest, say, heard, answers } = await open();
    say(vscTypes.atr, text('atr'));
    say(vscTypes.readerAdd, text('one'), noReader);
    say(vscTypes.readerAdd, text('two'), noReader);
    await bench.settle();
    expect(answers()).toEqual([
      [vscTypes.error, 0, [vscErrors.general, 0, 0, 0]],
      [vscTypes.error, noReader, [vscErrors.cannotAddReaders, 0, 0, 0]],
    ]);
    expect(heard()).toEqual([[vscTypes.readerAdd, 'one']]);
    // The guest starts anew: so must the client.
    guest.device.setOpen(false);
    say(vscTypes.readerAdd, text('three'), noReader);
    await bench.settle();
    expect(answers().at(-1)?.[2]).toEqual([vscErrors.cannotAddReaders, 0, 0, 0]);
    guest.device.setOpen(true);
    say(vscTypes.readerAdd, text('four'), noReader);
    await bench.settle();
    expect(heard()).toEqual([[vscTypes.readerAdd, 'four']]);
  });

  it('is taken out of the guest when its client goes, behind what that had said', async () => {
    const { bench, guest, client, say, heard } = await open();
    say(vscTypes.readerAdd, text('Reader'), noReader);
    guest.reads = false;
    for (let i = 0; i < 8; i++) say(vscTypes.apdu, new Uint8Array(60_000));
    await bench.settle();
    client.disconnect();
    await bench.settle();
    guest.resume();
    await bench.settle();
    const types = heard().map(([type]) => type);
    expect(types[0]).toBe(vscTypes.readerAdd);
    expect(types.at(-1)).toBe(vscTypes.readerRemove);
    expect(guest.events).toEqual(['attached', 'client open', 'client closed']);
  });

  it.each<readonly [string, VscMessage]>([
    ['a reader that is not there', { type: vscTypes.apdu, readerId: 1, data: new Uint8Array(1) }],
    ['an ATR that is too long', { type: vscTypes.atr, readerId: 0, data: new Uint8Array(41) }],
    ['an unknown message', { type: 10, readerId: 0, data: new Uint8Array(0) }],
  ])('does not go on with a client that tells of %s', async (_, message) => {
    const { bench, client, say, channel } = await open();
    say(vscTypes.readerAdd, text('Reader'), noReader);
    channel.send(smartcardClient.data, { message });
    await bench.settle();
    expect([client.isOpen('smartcard'), client.isOpen('main')]).toEqual([false, true]);
  });

  it('that makes no sense is given up; the clients stay', async () => {
    const { bench, guest, client } = await open();
    guest.send(new Uint8Array(12).fill(0xff));
    await bench.settle();
    expect([client.isOpen('smartcard'), client.isOpen('main')]).toEqual([false, true]);
    expect(guest.events.at(-1)).toBe('detached');
  });

  it('whose client does not read is held back', async () => {
    const { bench, guest, client } = await open();
    client.bandwidth = 0;
    const apdu = encodeVsc({ type: vscTypes.apdu, readerId: 0, data: new Uint8Array(250) });
    const many = Buffer.concat(Array.from({ length: 20_000 }, () => apdu));
    expect(guest.send(many)).toBeGreaterThan(0);
    await bench.settle();
    expect(guest.unsent).toBeGreaterThan(1 << 20);
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    expect(guest.unsent).toBe(0);
    expect(client.smartcards.get(0)?.received('data')).toHaveLength(20_000);
  });
});
