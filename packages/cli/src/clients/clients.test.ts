import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSpiceOptions } from '@lazyspice/core';
import { expect, it } from 'vitest';
import { spiceUri, viewerFile } from './client-address.js';

const nowhere = { host: null, port: null, tlsPort: null, unix: null };

it.each([
  [{ ...nowhere, host: '127.0.0.1', port: 5900 }, 'spice://127.0.0.1:5900'],
  [{ ...nowhere, host: '::1', port: 5900 }, 'spice://[::1]:5900'],
  [{ ...nowhere, host: 'vm', tlsPort: 5901 }, 'spice://vm?tls-port=5901'],
  [{ ...nowhere, host: 'vm', port: 5900, tlsPort: 5901 }, 'spice://vm?port=5900&tls-port=5901'],
  [{ ...nowhere, host: '0.0.0.0', port: 5900 }, `spice://${hostname()}:5900`],
  [{ ...nowhere, unix: '/run/vm' }, 'spice+unix:///run/vm'],
])('the URI of %j', (address, uri) => {
  expect(spiceUri(address)).toBe(uri);
});

it('the connection file has the ticket and escapes it', async () => {
  const options = parseSpiceOptions('port=1,password= a\\b');
  expect(await viewerFile({ ...nowhere, host: 'vm', port: 1 }, options)).toBe(
    '[virt-viewer]\ntype=spice\nhost=vm\nport=1\npassword=\\sa\\\\b\n',
  );
});

it('the connection file of a server without tickets has none', async () => {
  const options = parseSpiceOptions('unix=on,addr=/run/vm,password=x,disable-ticketing=on');
  const text = await viewerFile({ ...nowhere, unix: '/run/vm' }, options);
  expect(text).toBe('[virt-viewer]\ntype=spice\nunix-path=/run/vm\n');
});

it('the connection file of a TLS door needs its certificates', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lazyspice-vv-'));
  await writeFile(join(folder, 'ca-cert.pem'), 'CA');
  const options = parseSpiceOptions(`tls-port=2,x509-dir=${folder},password=x`);
  await expect(viewerFile({ ...nowhere, host: 'vm', tlsPort: 2 }, options)).rejects.toThrow(
    /server-cert.pem/,
  );
  await rm(folder, { recursive: true });
});
