import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CharDeviceServer, charDeviceWindow } from '../contracts/interfaces.js';
import { CharDevice } from './char-device.js';
import { SocketAddressError } from './socket-address.js';
import { type SocketDevice, socketDevice } from './socket-device.js';

/** A server's end that remembers, and wakes who waits. */
class Server implements CharDeviceServer {
  readonly calls: string[] = [];
  bytes = 0;
  granted = 0;
  #wake = (): void => {};
  setOpen(open: boolean): void {
    this.#say(open ? 'open' : 'closed');
  }
  send(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#say(Buffer.from(bytes.subarray(0, 20)).toString());
  }
  grant(bytes: number): void {
    this.granted += bytes;
    this.#say('grant');
  }
  sendBreak(): void {}
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
  #say(call: string): void {
    this.calls.push(call);
    this.#wake();
  }
}

let folder: string;
let made: SocketDevice[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazyspice-chardev-'));
  made = [];
});
afterEach(async () => {
  await Promise.all(made.map((one) => one.close()));
  await rm(folder, { recursive: true });
});
const make = async (...args: Parameters<typeof socketDevice>): Promise<SocketDevice> => {
  const one = await socketDevice(...args);
  made.push(one);
  return one;
};
const port = { type: 'port', portName: 'org.test.0' } as const;

describe('a device at a socket', () => {
  it('is open while somebody is connected, and carries bytes both ways as they are granted', async () => {
    const path = join(folder, 'socket');
    const { device } = await make(port, `unix:${path}`, { role: 'server' });
    const server = new Server();
    device.attached(server);
    const socket = connect(path);
    socket.write(Buffer.alloc(charDeviceWindow + 100_000, 'x'));
    await server.until(() => server.bytes === charDeviceWindow);
    device.grant(charDeviceWindow);
    await server.until(() => server.bytes === charDeviceWindow + 100_000);
    device.receive(Buffer.from('hallo'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('hallo');
    await server.until(() => server.granted === 5);
    // One at a time.
    const second = connect(path);
    await once(second, 'close');
    socket.destroy();
    await server.until(() => server.calls.at(-1) === 'closed');
    const third = connect(path);
    await server.until(() => server.calls.at(-1) === 'open');
    third.destroy();
  });

  it('can be the one that connects, again and again', async () => {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address() as { port: number };
    const { device } = await make(port, `tcp::${address.port}`, { role: 'client', reconnectMs: 1 });
    const server = new Server();
    device.attached(server);
    const [first] = (await once(listener, 'connection')) as [Socket];
    first.write('one');
    await server.until(() => server.calls.includes('one'));
    first.destroy();
    const [second] = (await once(listener, 'connection')) as [Socket];
    second.write('two');
    await server.until(() => server.calls.includes('two'));
    await made[0]?.close();
    second.destroy();
    listener.close();
  });

  it('lets an agent that was given up come back, and nobody else', async () => {
    const path = join(folder, 'agent');
    const { device } = await make({ type: 'vdagent' }, `unix:${path}`, { role: 'server' });
    const server = new Server();
    device.attached(server);
    const socket = connect(path);
    await server.until(() => server.calls.includes('open'));
    device.clientOpened(true);
    device.clientOpened(false);
    await once(socket, 'close');
    await server.until(() => server.calls.at(-1) === 'closed');
  });

  it('says what is wrong with an address', async () => {
    for (const bad of ['unix:', 'file', 'tcp:host', 'tcp:x:70000']) {
      await expect(socketDevice(port, bad, { role: 'server' })).rejects.toThrow(SocketAddressError);
    }
    await make(port, `unix:${join(folder, 's')}`, { role: 'server' });
    await expect(socketDevice(port, `unix:${join(folder, 's')}`, { role: 'server' })).rejects.toMatchObject({
      code: 'ERR_CHARDEV_ADDRESS',
    });
  });
});

describe('a device in this process', () => {
  it('takes no more of a server than it may send, and drops what nobody listens to', () => {
    const received: number[] = [];
    const device = new CharDevice(port, {
      data: (bytes) => {
        received.push(bytes.length);
        return new Promise(() => {});
      },
    });
    device.setOpen(true);
    expect(device.write(new Uint8Array(charDeviceWindow * 3))).toBe(charDeviceWindow * 3);
    const server = new Server();
    device.attached(server);
    expect(device.write(new Uint8Array(charDeviceWindow + 5))).toBe(charDeviceWindow);
    device.grant(Number.NaN);
    device.grant(-1);
    expect(device.write(new Uint8Array(5))).toBe(0);
    device.receive(new Uint8Array(charDeviceWindow));
    device.receive(new Uint8Array(1));
    expect(received).toEqual([charDeviceWindow]);
    device.detached();
    expect(device.isAttached).toBe(false);
  });

  it('has a name if it is a port, and only then', () => {
    expect(() => new CharDevice({ type: 'port' }, { data: () => {} })).toThrow(TypeError);
    expect(() => new CharDevice({ type: 'vdagent', portName: 'x' }, { data: () => {} })).toThrow(TypeError);
  });
});
