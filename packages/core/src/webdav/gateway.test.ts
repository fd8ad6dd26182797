import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CharDeviceServer, charDeviceWindow } from '../contracts/interfaces.js';
import { serveWebdav, type WebdavGateway } from './gateway.js';
import { Demux, muxed, muxedEnd } from './mux.js';

/** A client with an HTTP server of its own behind the mux, as spice-gtk has. */
class Client implements CharDeviceServer {
  readonly #gateway: WebdavGateway;
  readonly #demux = new Demux();
  readonly #streams = new Map<number, Duplex>();
  readonly #http;
  /** What the gateway may still be given. */
  #credit = charDeviceWindow;
  #waiting: { readonly part: Uint8Array; readonly done: (() => void) | null }[] = [];
  /** Connections that came. */
  connections = 0;

  constructor(gateway: WebdavGateway, answer: RequestListener) {
    this.#gateway = gateway;
    this.#http = createServer(answer);
    gateway.device.attached(this);
    gateway.device.clientOpened(true);
  }
  setOpen(): void {}
  sendBreak(): void {}
  grant(bytes: number): void {
    this.#credit += bytes;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#credit < first.part.length) return;
      this.#waiting.shift();
      this.#credit -= first.part.length;
      this.#gateway.device.receive(new Uint8Array(first.part));
      first.done?.();
    }
  }
  send(bytes: Uint8Array): void {
    for (const [id, data] of this.#demux.feed(bytes)) this.#stream(id).push(data);
    setImmediate(() => this.#gateway.device.grant(bytes.length));
  }
  leave(): void {
    this.#gateway.device.clientOpened(false);
  }
  #stream(id: number): Duplex {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    this.connections++;
    const stream = new Duplex({
      read: () => {},
      write: (bytes: Uint8Array, _encoding, done) => this.#say(muxed(id, bytes), done),
      final: (done) => this.#say([muxedEnd(id)], done),
    });
    stream.on('error', () => {});
    this.#streams.set(id, stream);
    this.#http.emit('connection', stream);
    return stream;
  }
  #say(parts: readonly Uint8Array[], done: () => void): void {
    parts.forEach((part, i) => {
      this.#waiting.push({ part, done: i === parts.length - 1 ? done : null });
    });
    this.grant(0);
  }
}

let gateway: WebdavGateway;
beforeEach(async () => {
  gateway = await serveWebdav({ port: 0 });
});
afterEach(() => gateway.close());

const bodyOf = async (message: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts);
};
const ask = (
  method: string,
  path: string,
  { body, headers = {} }: { body?: Buffer; headers?: Record<string, string> } = {},
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, gateway.url), { method, headers, agent: false }, resolve);
    request.on('error', reject);
    request.end(body);
  });
const noise = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 2_654_435_761) >>> 24));

describe('the folder of a client as HTTP', () => {
  it('is not available while nobody shares one', async () => {
    const answer = await ask('GET', '/');
    expect([answer.statusCode, (await bodyOf(answer)).toString()]).toEqual([
      503,
      'No client shares a folder.\n',
    ]);
  });

  it('is not there for pages of sites whose name leads here', async () => {
    new Client(gateway, (_, response) => response.end('secret'));
    const answer = await ask('GET', '/', { headers: { host: 'evil.example' } });
    expect([answer.statusCode, (await bodyOf(answer)).toString()]).toEqual([
      421,
      'Ask for 127.0.0.1 or localhost.\n',
    ]);
  });

  it('passes requests on and answers back, side by side', async () => {
    const client = new Client(gateway, (request, response) => {
      response.writeHead(207, 'Multi-Status', { depth: request.headers.depth ?? '' });
      response.end(`${request.method} ${request.url} ${request.headers.host}`);
    });
    const answers = await Promise.all(
      ['/a', '/b', '/c'].map((path) => ask('PROPFIND', path, { headers: { depth: '1' } })),
    );
    const host = new URL(gateway.url).host;
    expect(answers.map(({ statusCode, headers }) => [statusCode, headers.depth])).toEqual(
      Array(3).fill([207, '1']),
    );
    expect((await Promise.all(answers.map(bodyOf))).map(String)).toEqual(
      ['/a', '/b', '/c'].map((path) => `PROPFIND ${path} ${host}`),
    );
    expect(client.connections).toBe(3);
  });

  it('carries files that are much larger than what may be under way, whole', async () => {
    const file = noise(3 << 20);
    let uploaded: Buffer | null = null;
    new Client(gateway, (request, response) => {
      if (request.method === 'GET') {
        response.end(file);
        return;
      }
      void bodyOf(request).then((body) => {
        uploaded = body;
        response.writeHead(201).end();
      });
    });
    const got = await bodyOf(await ask('GET', '/file'));
    expect(got.equals(file)).toBe(true);
    const put = await ask('PUT', '/file', { body: file, headers: { 'content-length': `${file.length}` } });
    expect(put.statusCode).toBe(201);
    expect(uploaded !== null && file.equals(uploaded)).toBe(true);
  });

  it('answers what expects to go on itself', async () => {
    let seen: string | undefined = 'nothing';
    new Client(gateway, (request, response) => {
      seen = request.headers.expect;
      void bodyOf(request).then((body) => response.writeHead(201).end(body));
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(new URL('/x', gateway.url), {
        method: 'PUT',
        headers: { expect: '100-continue', 'content-length': '4' },
        agent: false,
      });
      request.on('continue', () => request.end('body'));
      request.on('response', resolve);
      request.on('error', reject);
    });
    expect([seen, (await bodyOf(answer)).toString()]).toEqual([undefined, 'body']);
  });

  it('says so when the client goes in the middle, and serves the next one', async () => {
    const asked = new Promise<void>((resolve) => {
      const client = new Client(gateway, () => {
        resolve();
        client.leave();
      });
    });
    const answer = await ask('GET', '/');
    await asked;
    expect(answer.statusCode).toBe(502);
    gateway.device.detached();
    new Client(gateway, (_, response) => response.end('next'));
    expect((await bodyOf(await ask('GET', '/'))).toString()).toBe('next');
  });
});
