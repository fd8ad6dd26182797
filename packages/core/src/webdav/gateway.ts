import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { CharDevice } from '../chardev/char-device.js';
import { SharedFolder } from './folder.js';

/** Requests at once; more are answered with status 503. */
const maxRequests = 64;
/** Who takes nothing for so long while there is something for it is cut: it would hold the others up. */
const stalledMs = 30_000;
/** Headers that are about one connection; EXPECT is answered here, since the clients' servers lose what follows it. */
const connectionHeaders = [
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

export interface WebdavGatewayOptions {
  /** On the loopback address; 0 picks a free one. */
  readonly port: number;
  /** Is told when a client that may share a folder comes or goes. */
  log?(message: string): void;
}

/** The folder that a client shares, as HTTP. */
export interface WebdavGateway {
  /** To be added to the server; the guest's end is open. */
  readonly device: CharDevice;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the folder that a SPICE client shares on the loopback address, as WebDAV: each request goes to the client's own
 * server. Without a client the answer is status 503, when the client breaks off 502, under another name than this
 * machine's own 421. There is no authentication: every
 * user of the machine reaches it. Rejects when the port is taken.
 */
export async function serveWebdav({ port, log }: WebdavGatewayOptions): Promise<WebdavGateway> {
  const folder = new SharedFolder(log ?? (() => {}));
  const server = createServer((from, to) => pass(folder, from, to));
  server.setTimeout(stalledMs, (socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });
  // A large file takes what it takes.
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  folder.device.setOpen(true);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    device: folder.device,
    url: `http://127.0.0.1:${bound}/`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      folder.device.setOpen(false);
      folder.cut();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Names of this machine: a page of another site that resolves to it is not to reach the folder. */
const localName = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

function pass(folder: SharedFolder, from: IncomingMessage, to: ServerResponse): void {
  if (!localName.test(from.headers.host ?? '')) return refuse(to, 421, 'Ask for 127.0.0.1 or localhost.');
  if (!folder.device.isClientOpen) return refuse(to, 503, 'No client shares a folder.');
  if (folder.size >= maxRequests) return refuse(to, 503, 'There are too many requests.');
  const onward = request({
    createConnection: () => folder.connect(),
    method: from.method,
    path: from.url,
    headers: passed(from.headers),
    setHost: false,
  });
  onward.on('response', (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', passed(answer.headers));
    answer.on('error', () => to.destroy());
    answer.pipe(to);
  });
  onward.on('error', () => {
    if (to.headersSent) to.destroy();
    else refuse(to, 502, 'The client does not answer.');
  });
  from.on('error', () => onward.destroy());
  to.on('close', () => onward.destroy());
  from.pipe(onward);
}

function refuse(to: ServerResponse, status: number, why: string): void {
  to.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  to.end(`${why}\n`);
}

function passed(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.includes(name)));
}
