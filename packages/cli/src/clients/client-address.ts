import { X509Certificate } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { ListeningAddress, SpiceOptions } from '@lazyspice/core';

/** The URI that clients are given. An address that stands for all becomes this machine's name. */
export function spiceUri(address: ListeningAddress): string {
  const { port, tlsPort, unix } = address;
  if (unix !== null) return `spice+unix://${unix}`;
  const host = reachableHost(address);
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  if (tlsPort === null) return `spice://${authority}:${port}`;
  const query = [...(port === null ? [] : [`port=${port}`]), `tls-port=${tlsPort}`].join('&');
  return `spice://${authority}?${query}`;
}

function reachableHost({ host }: ListeningAddress): string {
  return host === null || host === '0.0.0.0' || host === '::' ? hostname() : host;
}

/** Text of a connection file of remote-viewer. */
export async function viewerFile(address: ListeningAddress, options: SpiceOptions): Promise<string> {
  const { port, tlsPort, unix } = address;
  const entries: [string, string][] = [['type', 'spice']];
  if (unix !== null) entries.push(['unix-path', unix]);
  else entries.push(['host', reachableHost(address)]);
  if (port !== null) entries.push(['port', String(port)]);
  if (options.password !== null && !options.disableTicketing) entries.push(['password', options.password]);
  if (tlsPort !== null && options.x509 !== null) {
    entries.push(['tls-port', String(tlsPort)]);
    const ca = await readFile(options.x509.cacertFile, 'utf8');
    entries.push(['ca', ca.trim()]);
    const certificate = new X509Certificate(await readFile(options.x509.certFile));
    const host = reachableHost(address);
    const named = isIP(host) > 0 ? certificate.checkIP(host) : certificate.checkHost(host);
    // A certificate for another name is known by its subject.
    if (named === undefined) entries.push(['host-subject', certificate.subject.replaceAll('\n', ',')]);
  }
  const lines = entries.map(([key, value]) => `${key}=${escapeValue(value)}`);
  return ['[virt-viewer]', ...lines, ''].join('\n');
}

/** Writes that file; it may hold the password, so only its owner may read it. */
export async function writeViewerFile(
  file: string,
  address: ListeningAddress,
  options: SpiceOptions,
): Promise<void> {
  const text = await viewerFile(address, options);
  // A file that is there already would keep its own rights.
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
}

/** As GLib's key files have it: one line, a leading space marked. */
function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\r', '').replaceAll('\n', '\\n').replace(/^ /, '\\s');
}
