import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = join(dirname(fileURLToPath(import.meta.url)), '../../../packages/cli/bin/lazyspice.js');
/** What the scripted spice-gtk client ends with. */
const exits = { passed: 0, link: 5, tls: 6 } as const;

async function run(program: string, args: readonly string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(program, args, { timeout: 60_000 });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    out += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

/** A test card on a plain and a TLS port that are free. */
async function serve(options: string): Promise<{ child: ChildProcess; port: number; tlsPort: number }> {
  const spice = `port=0,tls-port=0,addr=127.0.0.1,password=sesame,${options}`;
  const child = spawn(process.execPath, [command, 'run', '--json', '--spice', spice], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface(child.stdout)) {
    const { event, port, tlsPort } = JSON.parse(line) as { event: string; port: number; tlsPort: number };
    if (event !== 'listening') continue;
    child.stdout.resume();
    return { child, port, tlsPort };
  }
  throw new Error(`the server ended before it listened (${options})`);
}

/**
 * spice-gtk over TLS with certificates of `lazyspice certificate`: by host name and by subject, a channel that is
 * retried with TLS after link error 5, a foreign authority and plain SPICE on the TLS port are refused.
 */
export async function check(sharedDir: string): Promise<{ passed: number; failed: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'lazyspice-doors-'));
  const children: ChildProcess[] = [];
  const failed: string[] = [];
  let passed = 0;
  const client = async (title: string, wanted: number, ...args: string[]): Promise<void> => {
    const script = resolve(sharedDir, 'clients/gclient.py');
    const { code, out } = await run('/usr/bin/python3', [script, '--password', 'sesame', ...args]);
    if (code === wanted) passed += 1;
    else failed.push(`${title}: ended with ${code}, not ${wanted}: ${out.slice(-300)}`);
  };
  try {
    for (const name of ['ours', 'other']) {
      const made = await run(process.execPath, [command, 'certificate', join(folder, name)]);
      if (made.code !== 0) throw new Error(made.out);
    }
    const x509 = `x509-dir=${join(folder, 'ours')}`;
    const ca = ['--ca-file', join(folder, 'ours', 'ca-cert.pem')];
    const open = await serve(x509);
    children.push(open.child);
    const tls = ['--tls-port', `${open.tlsPort}`];
    const look = ['wait:display', 'channels:main,display,inputs,cursor', 'wait-pixel:100,100=ff0000'];
    await client('TLS', exits.passed, ...tls, ...ca, ...look);
    const certificate = new X509Certificate(await readFile(join(folder, 'ours', 'server-cert.pem')));
    const subject = certificate.subject.replaceAll('\n', ',');
    await client('subject', exits.passed, ...tls, ...ca, '--host-subject', subject, 'wait:display');
    const foreign = join(folder, 'other', 'ca-cert.pem');
    await client('another authority', exits.tls, ...tls, '--ca-file', foreign, 'wait:display');
    await client('plain SPICE on the TLS port', exits.link, '--port', `${open.tlsPort}`, 'wait:display');
    const mixed = await serve(`${x509},tls-channel=main,tls-channel=inputs,plaintext-channel=cursor`);
    children.push(mixed.child);
    const both = ['--port', `${mixed.port}`, '--tls-port', `${mixed.tlsPort}`];
    await client('channels over TLS and without', exits.passed, ...both, ...ca, ...look);
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true });
  }
  return { passed, failed };
}
