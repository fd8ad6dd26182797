import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { dirname, extname, join } from 'node:path';
import type { ListeningAddress } from '@lazyspice/core';

const pageFile = 'spice_auto.html';
const debianFolder = '/usr/share/spice-html5';
const packageName = '@spice-project/spice-html5';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};
/** A path whose every part begins with a letter, digit or underscore: it cannot leave the folder. */
const safePath = /^(?:\/\w[\w.-]*)+$/;

/** The folder of the spice-html5 page. @throws when it is not installed. */
function findPage(): string {
  const require = createRequire(import.meta.url);
  const candidates: string[] = [debianFolder];
  try {
    candidates.unshift(dirname(require.resolve(`${packageName}/package.json`)));
  } catch {
    // The npm package is optional.
  }
  const found = candidates.find((folder) => existsSync(join(folder, pageFile)));
  if (found === undefined) {
    throw new Error(
      `--web needs the spice-html5 page: run 'npm install ${packageName}' or 'apt-get install spice-html5'`,
    );
  }
  return found;
}

export interface WebPage {
  /** Where to point a browser. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the spice-html5 page on the loopback address.
 * @param port 0: any free one.
 * @param spice where the SPICE server listens; the page connects to its plain port.
 */
export async function serveWebPage(port: number, spice: ListeningAddress): Promise<WebPage> {
  const folder = findPage();
  const query = new URLSearchParams({ host: connectHost(spice.host), port: String(spice.port) });
  const location = `/${pageFile}?${query}`;
  const server = createServer((request, response) => void answer(folder, location, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return { url: `http://127.0.0.1:${bound}/`, close: () => closeServer(server) };
}

async function answer(
  folder: string,
  location: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
  } else if (path === '/') {
    response.writeHead(302, { location }).end();
  } else {
    const bytes = safePath.test(path) ? await readFile(join(folder, path)).catch(() => null) : null;
    if (bytes === null) response.writeHead(404).end();
    else {
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    }
  }
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
