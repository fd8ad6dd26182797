import type { CharDeviceServer } from '@lazyspice/core';
import { Writer } from '@lazyspice/core';
import { UsbredirError, UsbSlot } from '@lazyspice/core/usbredir';
import {
  encodeUsbredirFirstHeader,
  encodeUsbredirHeader,
  usbredirServer,
} from '../../packages/core/src/generated/usbredir.codec.js';
import { bodyOf, type CharSubject, expectThat } from './char-subject.js';

const zeros = new Uint8Array(32);
const data = new Uint8Array(600).map((_, i) => i);
const setup = { endpoint: 0x80, request: 6, requestType: 0x80, value: 0x100, index: 0 };
const bulk = { endpoint: 0x81, status: 0, streamId: 0, lengthHigh: 0 };
const hello = { version: new Uint8Array(64), capabilities: Uint8Array.of(0xff, 0, 0, 0) };
const interfaces = { count: 1, interfaces: zeros, classes: zeros, subclasses: zeros, protocols: zeros };
const endpoints = { types: zeros, intervals: zeros, interfaces: zeros, maxPacketSizes: new Uint8Array(64) };
const device = {
  speed: 2,
  deviceClass: 0,
  deviceSubclass: 0,
  deviceProtocol: 0,
  vendor: 1,
  product: 2,
  version: 3,
};

const bodies: Readonly<Record<keyof typeof usbredirServer, object>> = {
  hello,
  deviceConnect: device,
  deviceDisconnect: {},
  interfaceInfo: interfaces,
  endpointInfo: endpoints,
  configurationStatus: { status: 0, configuration: 1 },
  altSettingStatus: { status: 0, interface: 0, alternate: 0 },
  interruptReceivingStatus: { status: 0, endpoint: 0x82 },
  controlPacket: { ...setup, status: 0, length: 600, data },
  bulkPacket: { ...bulk, length: 600, data },
  interruptPacket: { endpoint: 0x82, status: 0, length: 8, data: data.subarray(0, 8) },
};

/** Header and body. */
function whole(name: keyof typeof usbredirServer, id: number): Uint8Array {
  const { id: type } = usbredirServer[name];
  const body = bodyOf(usbredirServer[name] as never, bodies[name] as never);
  const writer = new Writer();
  if (name === 'hello') encodeUsbredirFirstHeader(writer, { type, length: body.length, id });
  else encodeUsbredirHeader(writer, { type, length: body.length, id });
  return new Uint8Array(Buffer.concat([...writer.takeChunks(), body]));
}

const greeting = whole('hello', 0);
const plugging = Buffer.concat([
  whole('interfaceInfo', 0),
  whole('endpointInfo', 0),
  whole('deviceConnect', 0),
]);

/** A slot with a device in it, and a transfer of each kind under way; false: the client was given up. */
function attack(bytes: Uint8Array, first: boolean): boolean {
  let plugged = 0;
  let refused: UsbredirError | null = null;
  const slot: UsbSlot = new UsbSlot({
    connected: (usb) => {
      plugged++;
      for (const asked of [
        usb.control({ requestType: 0x80, request: 6, length: 600 }),
        usb.bulkIn(1, 600),
        usb.setConfiguration(1),
        usb.setAlternate(0, 0),
        usb.startInterrupts(0x82, () => {}),
      ]) {
        asked.catch((error) => expectThat(error instanceof UsbredirError, String(error)));
      }
    },
    failed: (error) => {
      refused = error;
    },
  });
  const server: CharDeviceServer = {
    setOpen: () => {},
    send: (sent) => slot.device.grant(sent.length),
    grant: () => {},
    sendBreak: () => {},
  };
  slot.device.attached(server);
  slot.device.clientOpened(true);
  if (!first) slot.device.receive(new Uint8Array(Buffer.concat([greeting, plugging])));
  for (let at = 0; at < bytes.length; at += 100) slot.device.receive(bytes.slice(at, at + 100));
  const before = plugged;
  slot.device.clientOpened(false);
  expectThat(slot.plugged === null, 'a device stays behind its client');
  slot.device.clientOpened(true);
  slot.device.receive(new Uint8Array(Buffer.concat([greeting, plugging])));
  expectThat(plugged === before + 1, 'the next client is not served');
  return refused === null;
}

/** Every message that a client may send to the side that uses its USB device, header included. */
export const usbHostSubjects = (): CharSubject[] =>
  (Object.keys(bodies) as (keyof typeof usbredirServer)[]).map((name) => ({
    name: `to USB host ${name}`,
    samples: [1, 2, 3, 4, 5].map((id) => whole(name, id)),
    attack: (bytes) => attack(bytes, name === 'hello'),
  }));
