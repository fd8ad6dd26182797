import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ByteStream } from './byte-stream.js';
import { Listener, openStream } from './listener.js';
import { joinSmall } from './websocket-stream.js';

const close: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of close.splice(0).reverse()) await end();
});

/** Answers every stream's bytes with the same bytes; says which streams came. */
async function echo(): Promise<{ port: number; streams: ByteStream[] }> {
  const streams: ByteStream[] = [];
  const listener = await Listener.open(
    { kind: 'tcp', host: '127.0.0.1', port: 0, family: 'ipv4' },
    (socket) => {
      const stream = openStream(socket);
      streams.push(stream);
      stream.handlers = {
        data: (bytes) => stream.write([bytes.slice()]),
        drained: () => {},
        closed: () => {},
      };
    },
  );
  close.push(() => listener.close());
  return { port: listener.port ?? 0, streams };
}

async function rawClient(port: number): Promise<{ socket: Socket; read(length: number): Promise<Buffer> }> {
  const socket = connect(port, '127.0.0.1');
  close.push(() => socket.destroy());
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
  });
  return {
    socket,
    async read(length) {
      while (received.length < length) await once(socket, 'data');
      const part = received.subarray(0, length);
      received = received.subarray(length);
      return part;
    },
  };
}

const request = (protocol: string): string =>
  `GET / HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${protocol}\r\n`;
const acceptKey = createHash('sha1')
  .update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
  .digest('base64');
const reply = (protocol: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Accept: ${acceptKey}\r\n${protocol}\r\n`;

/** A client's frame, masked with zeros. */
const frame = (first: number, payload: string): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

describe('a WebSocket on the door of SPICE', () => {
  it.each([
    ['Sec-WebSocket-Protocol: binary, base64\r\n', 'Sec-WebSocket-Protocol: binary\r\n'],
    ['', ''],
  ])('is answered byte for byte as the reference does (%j)', async (asked, answered) => {
    const { port } = await echo();
    const { socket, read } = await rawClient(port);
    // The first frame comes with the request.
    socket.write(Buffer.concat([Buffer.from(request(asked)), frame(0x82, 'REDQ')]));
    const wanted = reply(answered);
    expect((await read(wanted.length)).toString()).toBe(wanted);
    expect(await read(6)).toEqual(Buffer.from([0x82, 4, ...Buffer.from('REDQ')]));
  });

  it('takes binary and text frames and fragments as bytes, answers pings and the end', async () => {
    const { port } = await echo();
    const { socket, read } = await rawClient(port);
    socket.write(request(''));
    await read(reply('').length);
    socket.write(Buffer.concat([frame(0x81, 'ab'), frame(0x02, 'c'), frame(0x80, 'd'), frame(0x89, 'p')]));
    expect(await read(11)).toEqual(Buffer.from('\x82\x02ab\x82\x02cd\x8a\x01p', 'latin1'));
    socket.write(frame(0x88, ''));
    expect(await read(2)).toEqual(Buffer.from([0x88, 0]));
  });

  it('tells its user when the client has gone', async () => {
    const { port, streams } = await echo();
    const client = new WebSocket(`ws://127.0.0.1:${port}`, 'binary');
    await once(client, 'open');
    const closed = new Promise<void>((resolve) => {
      streams[0].handlers = { ...streams[0].handlers, closed: () => resolve() };
    });
    client.terminate();
    await closed;
    expect(streams[0].pendingBytes).toBe(0);
  });

  it('ends a client whose message is too long', async () => {
    const { port } = await echo();
    const client = new WebSocket(`ws://127.0.0.1:${port}`, 'binary');
    await once(client, 'open');
    client.send(Buffer.alloc(256 * 1024 + 1));
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('leaves plain SPICE alone', async () => {
    const { port } = await echo();
    const { socket, read } = await rawClient(port);
    socket.write('REDQ');
    expect((await read(4)).toString()).toBe('REDQ');
  });
});

it('puts small chunks together and leaves large ones as they are', () => {
  const large = new Uint8Array(100_000);
  const chunks = [Buffer.from('ab'), Buffer.from('c'), large, Buffer.from('d')];
  const frames = joinSmall(chunks);
  expect(frames.map((f) => f.length)).toEqual([3, 100_000, 1]);
  expect(frames[1]).toBe(large);
  expect(Buffer.concat(frames).equals(Buffer.concat(chunks))).toBe(true);
});
