import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CharDeviceServer, charDeviceWindow } from '../contracts/interfaces.js';
import {
  decodeUsbredirClient,
  decodeUsbredirFirstHeader,
  decodeUsbredirHeader,
  encodeUsbredirFirstHeader,
  encodeUsbredirHeader,
  type UsbredirClientMessage,
  usbredirServer,
} from '../generated/usbredir.codec.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { MassStorage } from './mass-storage.js';
import { usbredirHeaderBytes, usbredirLimits, usbStatus } from './protocol.js';
import type { UsbDevice } from './usb-device.js';
import { UsbSlot } from './usb-slot.js';
import { UsbredirError } from './usbredir-error.js';

type Said = UsbredirClientMessage & { readonly id: number };
const allCapabilities = Uint8Array.of(0xff, 0, 0, 0);
const blockSize = 2048;

const written = (write: (writer: Writer) => void): Uint8Array => {
  const writer = new Writer();
  write(writer);
  return new Uint8Array(Buffer.concat(writer.chunks()));
};
const numbers = (length: number, at: Readonly<Record<number, number>>, rest = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => at[i] ?? rest);

/** A client that has a CD: the other end of a slot. */
class Client implements CharDeviceServer {
  readonly #slot: UsbSlot;
  #bytes: Uint8Array = new Uint8Array(0);
  #greeted = false;
  /** What the slot said. */
  readonly said: Said[] = [];
  /** Answers by itself. */
  answer: (said: Said) => void = () => {};
  reads = true;

  constructor(slot: UsbSlot) {
    this.#slot = slot;
    slot.device.attached(this);
    slot.device.clientOpened(true);
  }
  setOpen(): void {}
  sendBreak(): void {}
  grant(): void {}
  send(bytes: Uint8Array): void {
    this.#bytes = new Uint8Array(Buffer.concat([this.#bytes, bytes]));
    for (let said = this.#next(); said !== null; said = this.#next()) {
      this.said.push(said);
      this.answer(said);
    }
    if (this.reads) this.#slot.device.grant(bytes.length);
  }
  #next(): Said | null {
    const headerBytes = this.#greeted ? usbredirHeaderBytes.other : usbredirHeaderBytes.first;
    if (this.#bytes.length < headerBytes) return null;
    const reader = new Reader(this.#bytes);
    const { type, length, id } = this.#greeted
      ? decodeUsbredirHeader(reader)
      : decodeUsbredirFirstHeader(reader);
    if (this.#bytes.length < headerBytes + length) return null;
    const body = this.#bytes.subarray(headerBytes, headerBytes + length);
    this.#bytes = this.#bytes.slice(headerBytes + length);
    this.#greeted = true;
    return { ...decodeUsbredirClient(type, new Reader(body), 'usbredir'), id };
  }
  raw(bytes: Uint8Array): void {
    this.#slot.device.receive(new Uint8Array(bytes));
  }
  hello(capabilities = allCapabilities): void {
    const body = written((writer) =>
      usbredirServer.hello.encode(writer, { version: new Uint8Array(64), capabilities }),
    );
    const header = { type: usbredirServer.hello.id, length: body.length, id: 0 };
    this.raw(Buffer.concat([written((writer) => encodeUsbredirFirstHeader(writer, header)), body]));
  }
  say<Body>(
    message: { readonly id: number; encode(writer: Writer, body: Body): void },
    body: Body,
    id = 0,
  ): void {
    const bytes = written((writer) => message.encode(writer, body));
    const header = { type: message.id, length: bytes.length, id };
    this.raw(Buffer.concat([written((writer) => encodeUsbredirHeader(writer, header)), bytes]));
  }
  plug(): void {
    const zeros = new Uint8Array(32);
    const classes = numbers(32, { 0: 8 });
    const protocols = numbers(32, { 0: 0x50 });
    const info = { count: 1, interfaces: zeros, classes, subclasses: zeros, protocols };
    this.say(usbredirServer.interfaceInfo, info);
    const types = numbers(32, { 0: 0, 2: 2, 16: 0, 17: 2, 18: 3 }, 255);
    const maxPacketSizes = numbers(64, { 5: 2, 35: 2 });
    this.say(usbredirServer.endpointInfo, { types, intervals: zeros, interfaces: zeros, maxPacketSizes });
    const what = { speed: 2, deviceClass: 0, deviceSubclass: 0, deviceProtocol: 0 };
    this.say(usbredirServer.deviceConnect, { ...what, vendor: 0x2b23, product: 0xcdcd, version: 0x100 });
  }
}

let slot: UsbSlot;
let events: string[];
let device: UsbDevice | null;
let client: Client;
beforeEach(() => {
  events = [];
  device = null;
  slot = new UsbSlot({
    connected: (one) => {
      events.push('connected');
      device = one;
    },
    disconnected: () => events.push('disconnected'),
    failed: (error) => events.push(error.code),
  });
  client = new Client(slot);
});
const plugged = (): UsbDevice => {
  client.hello();
  client.plug();
  if (device === null) throw new Error('nothing is plugged in');
  return device;
};
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error) => (error as UsbredirError).code,
  );
const bulk = { endpoint: 0x81, streamId: 0, lengthHigh: 0 };

describe('a slot for a USB device', () => {
  it('greets, and tells of the device with its interfaces and endpoints', () => {
    const { vendor, product, interfaces, endpoints } = plugged();
    expect(client.said.map(({ name }) => name)).toEqual(['hello']);
    expect([vendor, product]).toEqual([0x2b23, 0xcdcd]);
    expect(interfaces).toEqual([{ number: 0, class: 8, subclass: 0, protocol: 0x50 }]);
    expect(endpoints.map(({ address, type, maxPacketSize }) => [address, type, maxPacketSize])).toEqual([
      [0, 'control', 0],
      [2, 'bulk', 512],
      [0x80, 'control', 0],
      [0x81, 'bulk', 512],
      [0x82, 'interrupt', 0],
    ]);
  });

  it('has answers for what was asked, in any order', async () => {
    const usb = plugged();
    const one = usb.control({ requestType: 0x80, request: 6, value: 0x100, length: 18 });
    const two = usb.bulkIn(1, 70_000);
    const three = usb.setConfiguration(1);
    expect(client.said.slice(1).map(({ name, id }) => [name, id])).toEqual([
      ['controlPacket', 1],
      ['bulkPacket', 2],
      ['setConfiguration', 3],
    ]);
    expect(client.said[2]?.body).toMatchObject({ endpoint: 0x81, length: 70_000 & 0xffff, lengthHigh: 1 });
    client.say(usbredirServer.configurationStatus, { status: 0, configuration: 1 }, 3);
    client.say(usbredirServer.bulkPacket, { ...bulk, status: 4, length: 2, data: Uint8Array.of(7, 8) }, 2);
    const setup = { endpoint: 0x80, request: 6, requestType: 0x80, value: 0x100, index: 0 };
    client.say(usbredirServer.controlPacket, { ...setup, status: 0, length: 1, data: Uint8Array.of(18) }, 1);
    expect(await three).toBe(1);
    expect(await two).toEqual({ status: usbStatus.stall, data: Uint8Array.of(7, 8), length: 2 });
    expect(await one).toEqual({ status: 0, data: Uint8Array.of(18), length: 1 });
  });

  it('says when a transfer is not wanted any more; the answer still comes', async () => {
    const usb = plugged();
    const abort = new AbortController();
    const reading = usb.bulkIn(1, 10, abort.signal);
    abort.abort();
    expect(client.said.at(-1)).toMatchObject({ name: 'cancelDataPacket', id: 1 });
    void usb.bulkIn(1, 10, abort.signal).catch(() => {});
    expect(client.said.slice(-2)).toMatchObject([
      { name: 'bulkPacket', id: 2 },
      { name: 'cancelDataPacket', id: 2 },
    ]);
    client.say(usbredirServer.bulkPacket, { ...bulk, status: 1, length: 0, data: new Uint8Array(0) }, 1);
    expect((await reading).status).toBe(usbStatus.cancelled);
  });

  it('hears interrupts while they are wanted', async () => {
    const usb = plugged();
    const heard: number[][] = [];
    const started = usb.startInterrupts(0x82, ({ data }) => heard.push([...data]));
    const packet = { endpoint: 0x82, status: 0, length: 1, data: Uint8Array.of(5) };
    client.say(usbredirServer.interruptPacket, packet, 9);
    client.say(usbredirServer.interruptReceivingStatus, { status: 0, endpoint: 0x82 }, 1);
    await started;
    const stopped = usb.stopInterrupts(0x82);
    client.say(usbredirServer.interruptPacket, packet, 10);
    client.say(usbredirServer.interruptReceivingStatus, { status: 0, endpoint: 0x82 }, 2);
    await stopped;
    expect(heard).toEqual([[5]]);
    const refused = usb.startInterrupts(0x83, () => {});
    client.say(usbredirServer.interruptReceivingStatus, { status: 2, endpoint: 0x83 }, 3);
    expect(await codeOf(refused)).toBe('ERR_USBREDIR_TRANSFER');
  });

  it('lets go of what waits when the device or the client goes, and takes the next one', async () => {
    const first = plugged();
    const reading = first.bulkIn(1, 10);
    client.say(usbredirServer.deviceDisconnect, {});
    expect(await codeOf(reading)).toBe('ERR_USBREDIR_GONE');
    expect(client.said.at(-1)?.name).toBe('deviceDisconnectAck');
    // What was under way is answered late.
    client.say(usbredirServer.bulkPacket, { ...bulk, status: 3, length: 0, data: new Uint8Array(0) }, 1);
    client.plug();
    const second = device;
    const again = second?.bulkIn(1, 10) ?? Promise.resolve();
    slot.device.clientOpened(false);
    expect(await codeOf(again)).toBe('ERR_USBREDIR_GONE');
    expect(await codeOf(first.bulkIn(1, 1))).toBe('ERR_USBREDIR_GONE');
    client = new Client(slot);
    plugged();
    expect(events).toEqual(['connected', 'disconnected', 'connected', 'disconnected', 'connected']);
  });

  it('has limits for what waits', async () => {
    const usb = plugged();
    const waiting = Array.from({ length: usbredirLimits.pending }, () => codeOf(usb.bulkIn(1, 1)));
    expect(await codeOf(usb.bulkIn(1, 1))).toBe('ERR_USBREDIR_BUSY');
    expect(await codeOf(usb.bulkIn(1, usbredirLimits.transfer + 1))).toBe('ERR_USBREDIR_SIZE');
    slot.device.clientOpened(false);
    await Promise.all(waiting);
    client = new Client(slot);
    client.reads = false;
    const slow = plugged();
    const megabyte = new Uint8Array(1 << 20);
    const writes = Array.from({ length: 40 }, () => codeOf(slow.bulkOut(2, megabyte)));
    slot.device.clientOpened(false);
    const codes = await Promise.all(writes);
    expect(codes.filter((code) => code === 'ERR_USBREDIR_BUSY').length).toBeGreaterThan(20);
  });

  it.each<readonly [string, (one: Client) => void, string]>([
    ['something before HELLO', (one) => one.plug(), 'ERR_USBREDIR_MESSAGE'],
    ['a client that lacks what is needed', (one) => one.hello(new Uint8Array(4)), 'ERR_USBREDIR_PEER'],
    [
      'a second HELLO',
      (one) => {
        one.hello();
        one.say(usbredirServer.hello, { version: new Uint8Array(64), capabilities: allCapabilities });
      },
      'ERR_USBREDIR_MESSAGE',
    ],
    [
      'a second device',
      (one) => {
        one.hello();
        one.plug();
        one.plug();
      },
      'ERR_USBREDIR_MESSAGE',
    ],
    [
      'an answer to nothing',
      (one) => {
        one.hello();
        one.plug();
        one.say(usbredirServer.bulkPacket, { ...bulk, status: 0, length: 0, data: new Uint8Array(0) }, 77);
      },
      'ERR_USBREDIR_ANSWER',
    ],
    [
      'a message that is too long',
      (one) => {
        one.hello();
        one.raw(written((writer) => encodeUsbredirHeader(writer, { type: 101, length: 1 << 28, id: 1 })));
      },
      'ERR_USBREDIR_SIZE',
    ],
    [
      'an id that is no number of ours',
      (one) => {
        one.hello();
        one.raw(new Uint8Array(16).fill(255));
      },
      'ERR_USBREDIR_BODY',
    ],
    [
      'a message that is too short',
      (one) => {
        one.hello();
        one.raw(written((writer) => encodeUsbredirHeader(writer, { type: 1, length: 0, id: 1 })));
      },
      'ERR_USBREDIR_BODY',
    ],
  ])('is done with a client for %s, until another comes', (_, wrong, code) => {
    wrong(client);
    expect(events.at(-1)).toBe(code);
    const { length } = events;
    client.raw(new Uint8Array(100));
    expect(events).toHaveLength(length);
    slot.device.clientOpened(false);
    client = new Client(slot);
    plugged();
    expect(events.at(-1)).toBe('connected');
  });

  it('is not hurt by anything that a client says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), fc.boolean(), (noise, at, greeted) => {
        const other = new UsbSlot({ connected: () => {} });
        const peer = new Client(other);
        if (greeted) peer.hello();
        peer.raw(noise.subarray(0, at));
        peer.raw(noise.subarray(at));
        other.device.clientOpened(false);
        expect(other.plugged).toBe(null);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a redirected CD', () => {
  const blocks = 70;
  const image = Uint8Array.from({ length: blocks * blockSize }, (_, i) => (i * 2_654_435_761) >>> 24);

  /** Answers as a bulk-only CD that has a unit attention to tell first. */
  const beCd = (): { commands: number[]; fail: boolean } => {
    const state = { commands: [] as number[], fail: false };
    let attention = true;
    let data: Uint8Array = new Uint8Array(0);
    let status = new Uint8Array(0);
    client.answer = ({ name, body, id }) => {
      if (name !== 'bulkPacket') return;
      const reply = (bytes: Uint8Array): void => {
        const answer = { ...bulk, endpoint: body.endpoint, status: 0, length: bytes.length, data: bytes };
        queueMicrotask(() => client.say(usbredirServer.bulkPacket, answer, id));
      };
      if (body.endpoint === 0x81) {
        if (data.length === 0) return reply(status);
        const given = data;
        data = new Uint8Array(0);
        return reply(given);
      }
      const view = new DataView(body.data.buffer, body.data.byteOffset, body.data.length);
      const operation = body.data[15] ?? 0;
      state.commands.push(operation);
      let failed = 0;
      if (operation === 3) {
        data = numbers(18, { 2: attention ? 6 : 5, 12: 0x28 });
        attention = false;
      } else if (attention || state.fail) {
        failed = 1;
        data = new Uint8Array(view.getUint32(8, true));
      } else if (operation === 0x12) data = numbers(36, { 0: 5, 1: 0x80 }, 0x41);
      else if (operation === 0x25) data = Uint8Array.of(0, 0, 0, blocks - 1, 0, 0, 8, 0);
      else if (operation === 0x28) {
        const first = view.getUint32(17) * blockSize;
        data = image.slice(first, first + view.getUint16(22) * blockSize);
      }
      status = new Uint8Array(13);
      const csw = new DataView(status.buffer);
      csw.setUint32(0, 0x53425355, true);
      csw.setUint32(4, view.getUint32(4, true), true);
      status[12] = failed;
      reply(new Uint8Array(0));
    };
    return state;
  };

  it('is read, block by block', async () => {
    const storage = new MassStorage(plugged());
    const { commands } = beCd();
    await storage.testUnitReady();
    expect(commands).toEqual([0, 3, 0]);
    expect(await storage.inquiry()).toMatchObject({ type: 5, removable: true, vendor: 'AAAAAAAA' });
    const capacity = await storage.capacity();
    expect(capacity).toEqual({ blocks, blockSize });
    expect(Buffer.from(await storage.read(0, blocks, blockSize)).equals(image)).toBe(true);
    expect(commands.filter((one) => one === 0x28)).toHaveLength(3);
  });

  it('that cannot do something says why', async () => {
    const storage = new MassStorage(plugged());
    const cd = beCd();
    await storage.testUnitReady();
    cd.fail = true;
    await expect(storage.capacity()).rejects.toThrow(
      'operation 37 failed: sense key 5, code 40, qualifier 0',
    );
  });

  it('is none without the interface', () => {
    const usb = plugged();
    client.say(usbredirServer.endpointInfo, {
      types: new Uint8Array(32).fill(255),
      intervals: new Uint8Array(32),
      interfaces: new Uint8Array(32),
      maxPacketSizes: new Uint8Array(64),
    });
    expect(() => new MassStorage(usb)).toThrow(UsbredirError);
  });

  it('sends no more than the window', () => {
    const usb = plugged();
    client.reads = false;
    let sent = 0;
    const { send } = client;
    client.send = (bytes) => {
      sent += bytes.length;
      send.call(client, bytes);
    };
    for (let i = 0; i < 4; i++) void codeOf(usb.bulkOut(2, new Uint8Array(1 << 18)));
    expect(sent).toBeLessThanOrEqual(charDeviceWindow);
  });
});
