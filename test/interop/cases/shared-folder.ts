import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { python, requirements } from '../runner/requirements.js';

const megabytes = 50;
const webdavChannel = '11 opened';

async function check(job: Job): Promise<string> {
  const folder = join(job.folder, 'shared');
  await mkdir(folder);
  const file = randomBytes(megabytes * 1_000_000);
  await writeFile(join(folder, 'large'), file);
  const server = await Lazyspice.start(
    job,
    ['run', '--guest', 'testcard', '--webdav', '0'],
    'disable-ticketing=on',
  );
  const { url } = (await server.event('webdav')) as { readonly url: string };
  const early = await fetch(url);
  if (early.status !== 503) throw new Error(`without a client the status is ${early.status}`);
  const script = join(job.root, 'test/interop/clients/shared-folder.py');
  const client = job.spawn('shared-folder', python, [script, `${server.port}`, folder]);
  await client.stdout.find((line) => line === webdavChannel);
  // The machine hears of it after the client does.
  await server.process.stderr.find((line) => line.includes('a client can share a folder'));
  const listed = await fetch(url, { method: 'PROPFIND', headers: { depth: '1' } });
  const list = await listed.text();
  if (listed.status !== 207 || !list.includes('large')) throw new Error(`PROPFIND: ${listed.status} ${list}`);
  const begun = performance.now();
  const got = Buffer.from(await (await fetch(`${url}large`)).arrayBuffer());
  const seconds = (performance.now() - begun) / 1000;
  if (!got.equals(file)) throw new Error(`the file came with ${got.length} bytes, or others`);
  // As curl puts files: it waits for status 100 first.
  const put = job.spawn('curl', 'curl', ['-sS', '-f', '-T', join(folder, 'large'), `${url}put`]);
  await put.expectExit(0);
  if (!file.equals(await readFile(join(folder, 'put')))) throw new Error('the file that was put differs');
  client.kill();
  await client.exited;
  await server.process.stderr.find((line) => line.includes('the client is gone'));
  const late = await fetch(url);
  if (late.status < 502) throw new Error(`without the client the status is ${late.status}`);
  await server.stop();
  return `${megabytes} MB read in ${seconds.toFixed(2)} s and put back`;
}

/** The folder that spice-gtk shares, reached over HTTP. */
export const sharedFolderCases: readonly InteropCase[] = [
  {
    name: 'WebDAV: a client shares a folder',
    needs: [requirements.glibClient, requirements.curl],
    limit: 90,
    run: check,
  },
];
