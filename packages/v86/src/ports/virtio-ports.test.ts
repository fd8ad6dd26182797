import { type CharDeviceServer, charDeviceWindow } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { V86Emulator, V86VirtioRequest } from '../emulator/internals.js';
import { VirtioPorts } from './virtio-ports.js';

/** A queue whose requests are arrays of bytes that the guest wrote. */
class FakeQueue {
  readonly requests: Uint8Array[] = [];
  is_configured(): boolean {
    return true;
  }
  has_request(): boolean {
    return this.requests.length > 0;
  }
  pop_request(): V86VirtioRequest {
    const bytes = this.requests.shift() as Uint8Array;
    return {
      length_readable: bytes.length,
      length_writable: bytes.length,
      get_next_blob(into) {
        into.set(bytes);
        return bytes.length;
      },
    };
  }
}

/** v86's side: what it does when the guest kicks a queue, and what it is told. */
function fakeEmulator() {
  const queues = Array.from({ length: 10 }, () => new FakeQueue());
  const listeners = new Map<string, (value: Uint8Array) => void>();
  const said: unknown[] = [];
  const console = {
    virtio: { queues },
    SendEvent: (port: number, event: number, value: number) => void said.push(['event', port, event, value]),
    SendName: (port: number, name: string) => void said.push(['name', port, name]),
    Ack: () => {},
  };
  const emulator = {
    bus: {
      send(name: string, value: Uint8Array) {
        const port = Number(/\d/.exec(name)?.[0]);
        queues[2 * port + 2].requests.shift();
        said.push([name, Buffer.from(value).toString('latin1')]);
      },
    },
    v86: { cpu: { devices: { virtio_console: console } } },
    add_listener: (name: string, listener: (value: Uint8Array) => void) => void listeners.set(name, listener),
  };
  /** As v86 reads a queue that the guest kicked. */
  const kick = (queue: number, event: string | null): void => {
    while (queues[queue].has_request()) {
      const request = queues[queue].pop_request();
      const bytes = new Uint8Array(request.length_readable);
      request.get_next_blob(bytes);
      if (event !== null) listeners.get(event)?.(bytes);
    }
  };
  return {
    emulator: emulator as unknown as V86Emulator,
    console,
    said,
    queues,
    control(message: Uint8Array) {
      queues[3].requests.push(message);
      kick(3, null);
    },
    write(port: number, bytes: Uint8Array) {
      queues[2 * port + 3].requests.push(bytes);
      kick(2 * port + 3, `virtio-console${port}-output-bytes`);
    },
  };
}

const clock = { now: () => 0, after: () => () => {} };
const openMessage = (port: number, open: number): Uint8Array => Uint8Array.of(port, 0, 0, 0, 6, 0, open, 0);

function fakeServer() {
  const calls: unknown[] = [];
  let bytes = 0;
  const server: CharDeviceServer = {
    setOpen: (open) => void calls.push(open),
    send: (sent) => {
      bytes += sent.length;
    },
    grant: (granted) => void calls.push(granted),
    sendBreak: () => {},
  };
  return { server, calls, sent: () => bytes };
}

describe('VirtioPorts', () => {
  it('names the ports and makes no consoles of them', () => {
    const fake = fakeEmulator();
    new VirtioPorts(fake.emulator, clock);
    for (const port of [0, 1, 2]) {
      fake.console.SendEvent(port, 4, 1);
      fake.console.SendName(port, `virtio-${port}`);
    }
    expect(fake.said).toEqual([
      ['event', 0, 4, 1],
      ['name', 0, 'virtio-0'],
      ['name', 1, 'com.redhat.spice.0'],
      ['name', 2, 'org.lazyspice.port.0'],
    ]);
  });

  it('follows what the guest opens and closes, over a saved state and a reset too', () => {
    const fake = fakeEmulator();
    const ports = new VirtioPorts(fake.emulator, clock);
    const { server, calls } = fakeServer();
    ports.interfaces[1].attached?.(server);
    fake.control(openMessage(2, 1));
    expect(ports.save()).toEqual(Uint8Array.of(4));
    fake.control(openMessage(2, 0));
    ports.restore(Uint8Array.of(4));
    ports.reset();
    expect(calls).toEqual([true, false, true, false]);
  });

  it('leaves in the queue what clients have no room for', () => {
    const fake = fakeEmulator();
    const [, port] = new VirtioPorts(fake.emulator, clock).interfaces;
    const { server, sent } = fakeServer();
    port.attached?.(server);
    fake.control(openMessage(2, 1));
    for (let i = 0; i < 70; i++) fake.write(2, new Uint8Array(4096));
    expect(sent()).toBe(charDeviceWindow);
    expect(fake.queues[7].requests).toHaveLength(5);
    port.grant(charDeviceWindow);
    expect(sent()).toBe(70 * 4096);
    expect(fake.queues[7].requests).toHaveLength(0);
  });

  it('gives input in pieces that fit the buffers of the guest, and grants what it took', async () => {
    const fake = fakeEmulator();
    const [, port] = new VirtioPorts(fake.emulator, clock).interfaces;
    const { server, calls } = fakeServer();
    port.attached?.(server);
    fake.control(openMessage(2, 1));
    fake.queues[6].requests.push(new Uint8Array(4096), new Uint8Array(4096));
    port.receive(Buffer.from('a'.repeat(4097)));
    await Promise.resolve();
    await Promise.resolve();
    expect(fake.said).toEqual([
      ['virtio-console2-input-bytes', 'a'.repeat(4096)],
      ['virtio-console2-input-bytes', 'a'],
    ]);
    expect(calls).toEqual([true, 4097]);
  });

  it('takes any control message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (message) => {
        const fake = fakeEmulator();
        const ports = new VirtioPorts(fake.emulator, clock);
        fake.control(message);
        const open = message.length >= 8 && message[4] === 6 && message[5] === 0;
        const known =
          open && (message[0] === 1 || message[0] === 2) && (message[1] | message[2] | message[3]) === 0;
        expect(ports.save()[0] !== 0).toBe(known && (message[6] | message[7]) !== 0);
      }),
    );
  });
});
