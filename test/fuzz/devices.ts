import { WireError } from '@lazyspice/core';
import { ChannelError } from '../../packages/spice-server/src/channels/channel.js';
import { PortService } from '../../packages/spice-server/src/channels/port-service.js';
import { SmartcardService } from '../../packages/spice-server/src/channels/smartcard-service.js';
import { UsbredirService } from '../../packages/spice-server/src/channels/usbredir-service.js';
import type { CharPipe } from '../../packages/spice-server/src/chardev/char-pipe.js';
import { compressLz4Block } from '../../packages/spice-server/src/codecs/lz4/lz4-block.js';
import { baseClient } from '../../packages/spice-server/src/protocol/generated/base.codec.js';
import {
  portClient,
  smartcardClient,
} from '../../packages/spice-server/src/protocol/generated/devices.codec.js';
import { messagesOf } from '../../packages/spice-server/src/protocol/messages.js';
import { bodyOf, type CharSubject, device, expectThat } from './char-subject.js';

const none = new Uint8Array(0);
const deviceKinds = {
  port: { type: 10, make: (pipe: CharPipe) => new PortService(pipe, 'org.test.0') },
  webdav: { type: 11, make: (pipe: CharPipe) => new PortService(pipe, 'org.test.0', 'webdav') },
  usbredir: { type: 9, make: (pipe: CharPipe) => new UsbredirService(pipe) },
  smartcard: { type: 8, make: (pipe: CharPipe) => new SmartcardService(pipe) },
} as const;
type DeviceKind = keyof typeof deviceKinds;

/** Every message that a client may send on a channel over a character device. */
export function deviceSubjects(): CharSubject[] {
  const words = new Uint8Array(3000).map((_, i) => i >> 5);
  const block = compressLz4Block(words) ?? none;
  const card = (type: number, length: number): Uint8Array =>
    bodyOf(smartcardClient.data, { message: { type, readerId: 0, data: words.subarray(0, length) } });
  const samples: Record<string, Uint8Array[]> = {
    data: [bodyOf(portClient.data, { data: words })],
    compressedData: [
      bodyOf(portClient.compressedData, { data: { type: 'lz4', uncompressedSize: 3000, data: block } }),
      bodyOf(portClient.compressedData, { data: { type: 'none', data: words } }),
    ],
    portEvent: [bodyOf(portClient.portEvent, { event: 2 })],
    ackSync: [bodyOf(baseClient.ackSync, { generation: 1 })],
    ack: [none],
    pong: [bodyOf(baseClient.pong, { id: 1, timestamp: 5n })],
    migrateFlushMark: [none],
    migrateData: [new Uint8Array(40)],
    disconnecting: [bodyOf(baseClient.disconnecting, { timestamp: 5n, reason: 0 })],
  };
  const cards = [card(3, 20), card(5, 20), card(7, 200), card(6, 0)];
  return (Object.keys(deviceKinds) as DeviceKind[]).flatMap((kind) =>
    Object.entries(messagesOf(kind, 'client')).map(([name, { id }]) => {
      const own = kind === 'smartcard' && name === 'data' ? cards : samples[name];
      if (own === undefined) throw new Error(`there is no sample of ${kind}.${name}`);
      return { name: `${kind}.${name}`, samples: own, attack: (data) => attackDevice(kind, id, data) };
    }),
  );
}

function attackDevice(kind: DeviceKind, id: number, data: Uint8Array): boolean {
  let received = 0;
  const pipe = device((bytes) => {
    received += bytes.length;
  });
  const { type, make } = deviceKinds[kind];
  const link = {
    connectionId: 1,
    channelType: type,
    channelId: 0,
    commonCapabilities: [],
    channelCapabilities: [1],
    miniHeader: true,
  };
  const host = { outgoingReady: () => {}, failed: () => {} };
  const service = make(pipe);
  pipe.serve(service);
  pipe.setOpen(true);
  const channel = service.openChannel({ link, host, local: false });
  if (channel === null) throw new Error('the device has no channel');
  channel.start(0);
  let taken = true;
  try {
    channel.receive(id, data, 0);
  } catch (error) {
    if (!(error instanceof WireError || error instanceof ChannelError)) throw error;
    taken = false;
  }
  // What a client sends has a limit, compressed or not.
  expectThat(received <= 4 * 1024 * 1024, `the guest was given ${received} bytes`);
  channel.takeOutgoing(1 << 20, 0);
  channel.close();
  const next = service.openChannel({ link, host, local: false });
  expectThat(next !== null, 'the next client is not served');
  pipe.remove();
  return taken;
}
