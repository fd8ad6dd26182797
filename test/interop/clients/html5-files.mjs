// Serves Debian's spice-html5 on the loopback address; `pageFor` is the page that shows a server's port.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const root = '/usr/share/spice-html5';
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export async function serveFiles() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://page');
    const data = await readFile(join(root, normalize(decodeURIComponent(pathname)))).catch(() => null);
    response.writeHead(data === null ? 404 : 200, {
      'content-type': types[extname(pathname)] ?? 'text/plain',
    });
    response.end(data);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pageFor = (port) => {
    const query = new URLSearchParams({
      host: '127.0.0.1',
      port: `${port}`,
      password: '',
      path: 'websockify',
    });
    return `http://127.0.0.1:${server.address().port}/spice_auto.html?${query}`;
  };
  return { pageFor, close: () => server.close() };
}
