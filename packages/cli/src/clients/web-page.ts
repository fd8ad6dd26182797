import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ListeningAddress } from '@lazyspice/core';

const ownFolder = fileURLToPath(new URL('../../web', import.meta.url));
const packageName = '@spice-project/spice-html5';
/** Where the page finds spice-html5's modules. */
const clientPrefix = '/spice-html5/';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.css': 'text/css; charset=utf-8',
  '.vv': 'application/x-virt-viewer',
};
/** A path whose every part begins with a letter, digit or underscore: it cannot leave the folder. */
const safePath = /^(?:\/\w[\w.-]*)+$/;

/** The folder of spice-html5's modules. @throws when it is not installed. */
function findClient(): string {
  const require = createRequire(import.meta.url);
  const candidates: string[] = ['/usr/share/spice-html5/src'];
  try {
    candidates.unshift(join(dirname(require.resolve(`${packageName}/package.json`)), 'src'));
  } catch {
    // The npm package is optional.
  }
  const found = candidates.find((folder) => existsSync(join(folder, 'main.js')));
  if (found === undefined) {
    throw new Error(
      `--web needs spice-html5: run 'npm install ${packageName}' or 'apt-get install spice-html5'`,
    );
  }
  return found;
}

export interface WebPage {
  /** Where to point a browser. */
  readonly url: string;
  close(): Promise<void>;
}

interface Site {
  /** Folder of spice-html5's modules. */
  readonly client: string;
  /** Files that are made, by path. */
  readonly made: ReadonlyMap<string, string>;
}

/**
 * Serves the web page on the loopback address.
 * @param port 0: any free one.
 * @param spice where the SPICE server listens; the page connects to its plain port.
 * @param viewerFile a connection file for remote-viewer. It is given to everybody, so it has no password.
 */
export async function serveWebPage(
  port: number,
  spice: ListeningAddress,
  viewerFile: string,
): Promise<WebPage> {
  const config = { uri: `ws://${connectHost(spice.host)}:${spice.port}/`, vv: true };
  const made = new Map([
    ['/config.json', JSON.stringify(config)],
    ['/connection.vv', viewerFile],
  ]);
  const site: Site = { client: findClient(), made };
  const server = createServer((request, response) => void answer(site, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return { url: `http://127.0.0.1:${bound}/`, close: () => closeServer(server) };
}

async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (!isLocalName(request.headers.host)) response.writeHead(421).end();
  else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
  } else {
    const file = path === '/' ? '/index.html' : path;
    const bytes = safePath.test(file) ? await content(site, file) : null;
    if (bytes === null) response.writeHead(404).end();
    else {
      const type = types[extname(file)] ?? 'application/octet-stream';
      const headers = { 'content-type': type, 'content-length': bytes.length };
      response.writeHead(200, {
        ...headers,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    }
  }
}

async function content({ client, made }: Site, path: string): Promise<Buffer | null> {
  const text = made.get(path);
  if (text !== undefined) return Buffer.from(text);
  const file = path.startsWith(clientPrefix)
    ? join(client, path.slice(clientPrefix.length))
    : join(ownFolder, path);
  return readFile(file).catch(() => null);
}

/** A page of another site that has its name pointed at this machine must not read what is served here. */
function isLocalName(host: string | undefined): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host ?? '');
}

/** Where a page on this machine reaches the server. */
function connectHost(host: string | null): string {
  if (host === null || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}

function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
