import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CharDeviceServer, type CharDeviceType, charDeviceWindow } from '@lazyspice/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QemuCharDevice } from './char-device.js';

let folder: string;
let listener: Server;
let sockets: Socket[];
let device: QemuCharDevice | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazyspice-char-device-'));
  sockets = [];
  device = null;
  listener = createServer((socket) => sockets.push(socket));
  listener.listen(join(folder, 'port'));
  await once(listener, 'listening');
});
afterEach(async () => {
  device?.close();
  for (const socket of sockets) socket.destroy();
  listener.close();
  await rm(folder, { recursive: true });
});

/** A server that keeps what it is sent and grants nothing by itself. */
class KeepingServer implements CharDeviceServer {
  readonly opens: boolean[] = [];
  received = Buffer.alloc(0);
  granted = 0;
  #changed: (() => void) | null = null;
  setOpen(open: boolean): void {
    this.opens.push(open);
  }
  send(bytes: Uint8Array): void {
    this.received = Buffer.concat([this.received, bytes]);
    this.#changed?.();
  }
  grant(bytes: number): void {
    this.granted += bytes;
    this.#changed?.();
  }
  sendBreak(): void {}
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

function make(type: CharDeviceType): { port: QemuCharDevice; server: KeepingServer; breaks: () => number } {
  let breaks = 0;
  const portName = type === 'port' ? 'org.example.0' : null;
  const port = new QemuCharDevice({ type, portName, path: join(folder, 'port') }, () => {
    breaks++;
  });
  device = port;
  return { port, server: new KeepingServer(), breaks: () => breaks };
}
const connection = async (): Promise<Socket> => ((await once(listener, 'connection')) as [Socket])[0];

describe('QemuCharDevice', () => {
  it('carries bytes both ways, as far as there is room, and the rest later', async () => {
    const { port, server } = make('port');
    port.guestOpened(true);
    const connected = connection();
    port.device.attached(server);
    const socket = await connected;
    const bytes = Buffer.alloc(charDeviceWindow + 1000, 'abc');
    socket.write(bytes);
    await server.until(() => server.received.length === charDeviceWindow);
    port.device.grant(2000);
    await server.until(() => server.received.length === bytes.length);
    expect(server.received.equals(bytes)).toBe(true);
    port.device.receive(Buffer.from('hello'));
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toBe('hello');
    await server.until(() => server.granted === 5);
  });

  it('tells the server what the guest does, not what the socket does', async () => {
    const { port, server, breaks } = make('vdagent');
    const connected = connection();
    port.device.attached(server);
    const socket = await connected;
    expect(server.opens).toEqual([]);
    port.guestOpened(true);
    port.device.receiveBreak();
    port.guestOpened(false);
    expect(server.opens).toEqual([true, false]);
    expect(breaks()).toBe(1);
    // A connection that is lost is made again.
    const again = connection();
    socket.destroy();
    await again;
  });

  it('plugs a USB device in when a client comes, and out when it goes', async () => {
    const { port, server } = make('usbredir');
    port.guestOpened(true);
    port.device.attached(server);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sockets).toHaveLength(0);
    const connected = connection();
    port.device.clientOpened(true);
    const socket = await connected;
    const gone = once(socket.resume(), 'end');
    port.device.clientOpened(false);
    await gone;
  });
});
