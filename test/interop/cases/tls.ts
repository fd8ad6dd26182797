import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice, spawnLazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

interface Talk {
  readonly status: unknown;
  readonly text: string;
}

/** One handshake of `openssl s_client`. `typed`: shell commands whose output it is given, for as long as they run. */
async function handshake(job: Job, port: number, args: string, typed = 'sleep 0.5'): Promise<Talk> {
  const script = `(${typed}) | openssl s_client -connect 127.0.0.1:${port} ${args} 2>&1`;
  const { exited, stdout } = job.spawn('openssl', 'sh', ['-c', script]);
  return { status: await exited, text: stdout.lines.join('\n') };
}

function check(what: string, good: boolean, { status, text }: Talk): void {
  if (!good) throw new Error(`${what}: openssl ended with ${status}: ${text.slice(-400)}`);
}

async function certificates(job: Job, name: string): Promise<string> {
  const folder = join(job.folder, name);
  await spawnLazyspice(job, ['certificate', folder]).expectExit(0);
  return folder;
}

async function serve(job: Job, pki: string): Promise<{ server: Lazyspice; tlsPort: number }> {
  const tlsPort = await job.ports();
  const options = `password=sesame,tls-port=${tlsPort},x509-dir=${pki}`;
  return { server: await Lazyspice.start(job, ['run', '--guest', 'testcard'], options), tlsPort };
}

async function versions(job: Job): Promise<string> {
  const pki = await certificates(job, 'pki');
  const { server, tlsPort } = await serve(job, pki);
  const trust = `-CAfile ${pki}/ca-cert.pem -verify_return_error`;
  // Old versions need the client's own leave first, or it is the client that refuses.
  for (const old of ['-tls1', '-tls1_1']) {
    const talk = await handshake(job, tlsPort, `${trust} ${old} -cipher ALL:@SECLEVEL=0`);
    check(
      `${old} is refused by the server`,
      talk.status !== 0 && /alert protocol version/.test(talk.text),
      talk,
    );
  }
  for (const version of ['1_2', '1_3']) {
    const session = join(job.folder, `session${version}`);
    const first = await handshake(job, tlsPort, `${trust} -tls${version} -sess_out ${session}`);
    check(`TLS ${version}`, first.status === 0 && /New, TLSv1/.test(first.text), first);
    if ((await stat(session)).size === 0) throw new Error('there is no session to resume');
    const again = await handshake(job, tlsPort, `${trust} -tls${version} -sess_in ${session}`);
    check(`a session of TLS ${version} is resumed`, /Reused, TLSv1/.test(again.text), again);
  }
  const renewed = await handshake(job, tlsPort, `${trust} -tls1_2`, 'sleep 0.3; echo R; sleep 1');
  const refused = /RENEGOTIATING/.test(renewed.text) && /no renegotiation/i.test(renewed.text);
  check('renegotiation is refused', refused, renewed);
  await server.stop();
  return '';
}

async function reload(job: Job): Promise<string> {
  const pki = await certificates(job, 'pki');
  const renewed = await certificates(job, 'renewed');
  const { server, tlsPort } = await serve(job, pki);
  const ca = join(pki, 'ca-cert.pem');
  const staying = new GlibClient(
    job,
    server.port,
    ['wait:display', 'sleep:3', 'key:a', 'wait:display'],
    ['--tls-port', `${tlsPort}`, '--ca-file', ca, '--password', 'sesame'],
  );
  await staying.step('wait:display');
  for (const file of ['ca-cert.pem', 'server-cert.pem', 'server-key.pem']) {
    await copyFile(join(renewed, file), join(pki, file));
  }
  server.process.signal('SIGHUP');
  await server.process.stderr.find((line) => line.includes('SIGHUP'));
  const trust = `-CAfile ${renewed}/ca-cert.pem -verify_return_error`;
  const talk = await handshake(job, tlsPort, trust);
  check('the new certificate', talk.status === 0 && /Verify return code: 0/.test(talk.text), talk);
  await staying.process.expectExit(0);
  await server.stop();
  return '';
}

/** What TLS is spoken, as OpenSSL's own client sees it. */
export const tlsCases: readonly InteropCase[] = [
  {
    name: 'TLS: only 1.2 and 1.3, no renegotiation, sessions are resumed',
    needs: [requirements.openssl],
    limit: 60,
    run: versions,
  },
  {
    name: 'TLS: SIGHUP brings a new certificate, and a client stays',
    needs: [requirements.openssl, requirements.glibClient],
    limit: 60,
    run: reload,
  },
];
