import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MonitorBackend } from './monitor-backend.js';
import { QmpAddressError } from './qmp-address.js';
import { type QmpServer, type QmpServerOptions, serveQmp } from './qmp-server.js';

const backend: MonitorBackend = {
  querySpice: () => Promise.resolve({ enabled: false, migrated: false, mouseMode: 'client', channels: [] }),
  status: () => 'running',
  quit: () => {},
};
const running = { return: { status: 'running', running: true } };

let directory: string;
let servers: QmpServer[];
let sockets: Socket[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qmp-'));
  servers = [];
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => server.close()));
  await rm(directory, { recursive: true });
});

async function serve(address: string, options?: QmpServerOptions, machine = backend): Promise<QmpServer> {
  const server = await serveQmp(address, machine, options);
  servers.push(server);
  return server;
}

class Client {
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    sockets.push(socket);
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** null: the connection was closed. */
  async next(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    return done ? null : JSON.parse(value);
  }

  async ask(request: string): Promise<unknown> {
    this.socket.write(request);
    return this.next();
  }
}

const unixClient = () => new Client(connect(join(directory, 'q')));
const unixAddress = () => `unix:${join(directory, 'q')}`;
const greeting = expect.objectContaining({ QMP: expect.anything() });

test('serves a UNIX socket and removes it', async () => {
  const server = await serve(unixAddress());
  expect(server.address).toBe(unixAddress());
  const client = unixClient();
  expect(await client.next()).toEqual(greeting);
  expect(await client.ask('{"execute":"qmp_capabilities"}')).toEqual({ return: {} });
  expect(await client.ask('{"execute":"query-status"}')).toEqual(running);
  await server.close();
  expect(await client.next()).toBeNull();
  expect(await readdir(directory)).toEqual([]);
});

test('serves a TCP port that it picks', async () => {
  const server = await serve('tcp:127.0.0.1:0');
  const port = Number(/^tcp:127\.0\.0\.1:([1-9][0-9]*)$/.exec(server.address)?.[1]);
  const client = new Client(connect(port, '127.0.0.1'));
  expect(await client.next()).toEqual(greeting);
});

test('one client at a time, in the order in which they came', async () => {
  await serve(unixAddress());
  const first = unixClient();
  expect(await first.next()).toEqual(greeting);
  const second = unixClient();
  await once(second.socket, 'connect');
  const third = unixClient();
  await once(third.socket, 'connect');
  let greeted = false;
  const secondGreeting = second.next().then((line) => {
    greeted = true;
    return line;
  });
  // Two round trips of the first client: enough for the second's greeting, were it to come.
  await first.ask('{"execute":"qmp_capabilities"}');
  await first.ask('{"execute":"query-status"}');
  expect(greeted).toBe(false);
  first.socket.destroy();
  expect(await secondGreeting).toEqual(greeting);
  expect(await second.ask('{"execute":"qmp_capabilities"}')).toEqual({ return: {} });
  second.socket.end();
  expect(await third.next()).toEqual(greeting);
});

test('more clients than may wait are turned away', async () => {
  await serve(unixAddress(), { maxWaiting: 1 });
  const clients = [unixClient()];
  expect(await clients[0]?.next()).toEqual(greeting);
  for (let count = 0; count < 2; count++) {
    const client = unixClient();
    await once(client.socket, 'connect');
    clients.push(client);
  }
  expect(await clients[2]?.next()).toBeNull();
  clients[0]?.socket.destroy();
  expect(await clients[1]?.next()).toEqual(greeting);
});

test('a client that has said all it wants to still gets its answers', async () => {
  await serve(unixAddress());
  const client = unixClient();
  client.socket.end('{"execute":"qmp_capabilities"}{"execute":"query-spice"}{"execute":"query-status"}');
  expect(await client.next()).toEqual(greeting);
  expect(await client.next()).toEqual({ return: {} });
  expect(await client.next()).toMatchObject({ return: { enabled: false } });
  expect(await client.next()).toEqual(running);
  expect(await client.next()).toBeNull();
});

test('events have the clock’s time', async () => {
  const server = await serve(unixAddress(), { now: () => 1_700_000_000_123.25 });
  const client = unixClient();
  await client.next();
  await client.ask('{"execute":"qmp_capabilities"}');
  server.event('RESUME');
  server.event('SHUTDOWN', { guest: false });
  const timestamp = { seconds: 1_700_000_000, microseconds: 123_250 };
  expect(await client.next()).toEqual({ timestamp, event: 'RESUME' });
  expect(await client.next()).toEqual({ timestamp, event: 'SHUTDOWN', data: { guest: false } });
});

test('quit may close the server, and is still answered', async () => {
  let closing: Promise<void> | null = null;
  const quit = () => {
    closing = server.close();
  };
  const server = await serve(unixAddress(), {}, { ...backend, quit });
  const client = unixClient();
  await client.next();
  await client.ask('{"execute":"qmp_capabilities"}');
  expect(await client.ask('{"execute":"quit"}')).toEqual({ return: {} });
  expect(await client.next()).toBeNull();
  expect(closing).not.toBeNull();
  await closing;
});

test('a request over the limit costs the connection', async () => {
  await serve(unixAddress(), { maxRequestBytes: 64 });
  const client = unixClient();
  await client.next();
  expect(await client.ask('"'.padEnd(100, 'x'))).toMatchObject({ error: { class: 'GenericError' } });
  expect(await client.next()).toBeNull();
  expect(await unixClient().next()).toEqual(greeting);
});

test('a client that does not read is dropped', async () => {
  const server = await serve(unixAddress(), { maxUnsentBytes: 100_000 });
  const client = unixClient();
  await client.next();
  await client.ask('{"execute":"qmp_capabilities"}');
  client.socket.pause();
  for (let count = 0; count < 100; count++) server.event('STOP', { text: 'x'.repeat(20_000) });
  expect(await unixClient().next()).toEqual(greeting);
});

test('a socket left behind is replaced', async () => {
  const path = join(directory, 'elsewhere');
  const dead = createServer().listen(path);
  await once(dead, 'listening');
  await rename(path, join(directory, 'q'));
  await new Promise((resolve) => dead.close(resolve));
  expect(await readdir(directory)).toEqual(['q']);
  await serve(unixAddress());
  expect(await unixClient().next()).toEqual(greeting);
});

test('an address that is taken is refused, and left alone', async () => {
  await serve(unixAddress());
  await expect(serveQmp(unixAddress(), backend)).rejects.toThrow(QmpAddressError);
  expect(await unixClient().next()).toEqual(greeting);
  const file = join(directory, 'file');
  await writeFile(file, 'kept');
  await expect(serveQmp(`unix:${file}`, backend)).rejects.toMatchObject({ code: 'ERR_QMP_ADDRESS' });
  expect(await readdir(directory)).toContain('file');
});
