import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CertificateModule, ModuleTable } from '@lazyspice/core';
import { exitCodes, UsageError } from '../usage.js';

export interface CertificateArguments {
  readonly command: 'certificate';
  readonly json: boolean;
  readonly folder: string;
  /** Host names and addresses; empty: this machine's. */
  readonly names: readonly string[];
  readonly days: number;
}

const options = {
  name: { type: 'string', multiple: true, default: [] as string[] },
  days: { type: 'string', default: '3650' },
  json: { type: 'boolean', default: false },
} as const;

/** Reads the words behind `certificate`. @throws UsageError */
export function parseCertificate(args: readonly string[]): CertificateArguments {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new UsageError('certificate: which folder?');
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > 7300) {
    throw new UsageError(`option '--days' takes 1 to 7300, not '${values.days}'`);
  }
  return { command: 'certificate', json: values.json, folder, names: values.name, days };
}

/** `lazyspice certificate`: writes the files of `x509-dir`; existing ones are not overwritten. */
export async function certificate({ folder, names, days, json }: CertificateArguments): Promise<number> {
  const modules = new ModuleTable({ resolveFrom: import.meta.url });
  const { entry } = await modules.load('spice-certificate', 'certificate');
  const known = names.length > 0 ? names : [hostname(), 'localhost', '127.0.0.1', '::1'];
  const made = await (entry as CertificateModule).makeCertificates({ names: known, days, now: Date.now() });
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string, mode: number): Promise<void> =>
    writeFile(join(folder, name), text, { mode, flag: 'wx' });
  await write('ca-key.pem', made.caKey, 0o600);
  await write('ca-cert.pem', made.caCert, 0o644);
  await write('server-key.pem', made.serverKey, 0o600);
  await write('server-cert.pem', made.serverCert, 0o644);
  const { subject, fingerprint } = made;
  if (json) process.stdout.write(`${JSON.stringify({ folder, subject, fingerprint, names: known })}\n`);
  else {
    const ca = join(folder, 'ca-cert.pem');
    process.stdout.write(
      `subject      ${subject}\nSHA-256      ${fingerprint}\nnames        ${known.join(', ')}\n` +
        `server       lazyspice run --spice tls-port=5901,x509-dir=${folder},password=...\n` +
        `client       remote-viewer --spice-ca-file=${ca} --spice-host-subject='${subject}' ` +
        `'spice://localhost?tls-port=5901'\n`,
    );
  }
  return exitCodes.ended;
}
