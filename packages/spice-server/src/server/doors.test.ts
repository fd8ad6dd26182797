import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { parseSpiceOptions } from '@lazyspice/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../link/certificate.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { Doors } from './doors.js';
import { Log } from './events.js';

/** The group of 2048 bits of RFC 7919. */
const ffdhe2048 = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`;

let folder = '';
const certificates = () => makeCertificates({ names: ['localhost', '127.0.0.1'], days: 2, now: Date.now() });

async function writeCertificates(): Promise<string> {
  const { caCert, serverCert, serverKey } = await certificates();
  await writeFile(join(folder, 'ca-cert.pem'), caCert);
  await writeFile(join(folder, 'server-cert.pem'), serverCert);
  await writeFile(join(folder, 'server-key.pem'), serverKey);
  return caCert;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazyspice-doors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const close: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of close.splice(0).reverse()) await end();
});

/** Opens doors whose streams answer each byte string with its upper case. */
async function open(options: string): Promise<{ doors: Doors; streams: ByteStream[]; log: string[] }> {
  const streams: ByteStream[] = [];
  const log: string[] = [];
  const doors = await Doors.open(parseSpiceOptions(options), {
    accept: (stream) => {
      streams.push(stream);
      const data = (bytes: Uint8Array): void =>
        stream.write([Buffer.from(Buffer.from(bytes).toString().toUpperCase())]);
      stream.handlers = { data, drained: () => {}, closed: () => {} };
    },
    log: new Log((event) => event.event === 'log' && log.push(event.message)),
    handshakeMs: 10_000,
    inherited: [],
  });
  close.push(() => doors.close());
  return { doors, streams, log };
}

async function secureClient(
  port: number | null,
  ca: string,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const socket = connect({ port: port ?? 0, host: '127.0.0.1', ca, ...options });
  close.push(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

describe('the TLS door', () => {
  it('serves, and sends the last byte of a write in a record of its own', async () => {
    const ca = await writeCertificates();
    const { doors, streams } = await open(`tls-port=0,x509-dir=${folder}`);
    const socket = await secureClient(doors.address.tlsPort, ca);
    const parts: string[] = [];
    socket.on('data', (bytes: Buffer) => parts.push(bytes.toString()));
    socket.write('spice');
    while (parts.join('') !== 'SPICE') await once(socket, 'data');
    expect(parts).toEqual(['SPIC', 'E']);
    expect(streams[0]).toMatchObject({ secure: true, local: false, pendingBytes: 0 });
  });

  it('refuses what is older than TLS 1.2, and goes on', async () => {
    const ca = await writeCertificates();
    const { doors, log } = await open(`tls-port=0,x509-dir=${folder}`);
    const port = doors.address.tlsPort ?? 0;
    const old = connect({ port, host: '127.0.0.1', ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
    await secureClient(port, ca);
    expect(log.join()).toMatch(/TLS failed/);
  });

  it('reads the certificate anew when its files have changed, and keeps it when they are damaged', async () => {
    await writeCertificates();
    const { doors, log } = await open(`tls-port=0,x509-dir=${folder}`);
    const ca = await writeCertificates();
    await secureClient(doors.address.tlsPort, ca);
    await writeFile(join(folder, 'server-cert.pem'), 'rubbish');
    await secureClient(doors.address.tlsPort, ca);
    expect(log).toEqual([
      'the TLS certificate has been read anew',
      expect.stringMatching(/^the TLS certificate stays/),
    ]);
  });

  it('says what is missing and leaves no door open', async () => {
    await expect(open('tls-port=0,port=0')).rejects.toThrow(/lazyspice certificate DIR/);
    await expect(open('tls-port=0,x509-dir=/nowhere')).rejects.toThrow(
      "/nowhere/server-key.pem: there is no such file. 'lazyspice certificate DIR'",
    );
    await writeCertificates();
    await expect(open(`tls-port=0,x509-dir=${folder},tls-ciphers=NONSENSE`)).rejects.toMatchObject({
      code: 'ERR_SERVER_TLS',
    });
  });
});

describe('the options of TLS', () => {
  it('name files of their own, in place of those of x509-dir', async () => {
    const ca = await writeCertificates();
    const [key, cert, cacert] = ['own-key', 'own-cert', 'own-ca'].map((name) => join(folder, name));
    await rename(join(folder, 'server-key.pem'), key);
    await rename(join(folder, 'server-cert.pem'), cert);
    await rename(join(folder, 'ca-cert.pem'), cacert);
    const own = `x509-key-file=${key},x509-cert-file=${cert},x509-cacert-file=${cacert}`;
    const { doors } = await open(`tls-port=0,${own}`);
    expect((await secureClient(doors.address.tlsPort, ca)).authorized).toBe(true);
    await expect(open(`tls-port=0,x509-dir=${folder}`)).rejects.toThrow(/server-key.pem/);
  });

  it('open an encrypted key with its password, and with no other', async () => {
    const ca = await writeCertificates();
    const file = join(folder, 'server-key.pem');
    const key = createPrivateKey(await readFile(file));
    await writeFile(
      file,
      key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' }),
    );
    const options = `tls-port=0,x509-dir=${folder}`;
    for (const wrong of [options, `${options},x509-key-password=falsch`]) {
      await expect(open(wrong)).rejects.toMatchObject({ code: 'ERR_SERVER_TLS' });
    }
    const { doors } = await open(`${options},x509-key-password=geheim`);
    expect((await secureClient(doors.address.tlsPort, ca)).authorized).toBe(true);
  });

  it('say which ciphers there are', async () => {
    const ca = await writeCertificates();
    const cipher = 'ECDHE-RSA-AES256-GCM-SHA384';
    const { doors } = await open(`tls-port=0,x509-dir=${folder},tls-ciphers=${cipher}`);
    const old = { maxVersion: 'TLSv1.2' } as const;
    const socket = await secureClient(doors.address.tlsPort, ca, old);
    expect(socket.getCipher().name).toBe(cipher);
    const other = { ...old, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' };
    await expect(secureClient(doors.address.tlsPort, ca, other)).rejects.toThrow();
  });

  it('bring Diffie-Hellman parameters of their own', async () => {
    const ca = await writeCertificates();
    const dh = join(folder, 'dh.pem');
    await writeFile(dh, ffdhe2048);
    const options = `tls-port=0,x509-dir=${folder},x509-dh-key-file=${dh}`;
    const { doors } = await open(`${options},tls-ciphers=DHE-RSA-AES256-GCM-SHA384`);
    const socket = await secureClient(doors.address.tlsPort, ca, { maxVersion: 'TLSv1.2' });
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ type: 'DH', size: 2048 });
  });

  it.each([
    ['no PEM', 'nonsense'],
    ['a damaged body', ffdhe2048.replace('MIIBCAKC', 'MIIBCAMC')],
    ['something else', ffdhe2048.replaceAll('DH PARAMETERS', 'CERTIFICATE')],
    ['nothing', ''],
  ])('refuse parameters of Diffie-Hellman that are %s', async (_, text) => {
    await writeCertificates();
    const dh = join(folder, 'dh.pem');
    await writeFile(dh, text);
    const opening = open(`tls-port=0,x509-dir=${folder},x509-dh-key-file=${dh}`);
    await expect(opening).rejects.toThrow(/no Diffie-Hellman parameters/);
  });
});

describe('the UNIX door', () => {
  const ask = async (path: string): Promise<string> => {
    const socket = connectPlain(path);
    close.push(() => socket.destroy());
    socket.write('spice');
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    return bytes.toString();
  };

  it('is a path or an abstract name', async () => {
    const path = join(folder, 'door');
    const { doors, streams } = await open(`unix=on,addr=${path}`);
    expect(doors.address).toEqual({ host: null, port: null, tlsPort: null, unix: path });
    expect(await ask(path)).toBe('SPICE');
    expect(streams[0].local).toBe(true);
    const name = `lazyspice-test-${process.pid}`;
    await open(`unix=on,addr=@${name}`);
    expect(await ask(`\0${name}`)).toBe('SPICE');
  });

  it('is not taken from somebody who serves it', async () => {
    const path = join(folder, 'taken');
    const other = createServer().listen(path);
    close.push(() => other.close());
    await once(other, 'listening');
    await expect(open(`unix=on,addr=${path}`)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
