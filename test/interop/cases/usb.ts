import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { python, requirements } from '../runner/requirements.js';

async function check(job: Job): Promise<string> {
  const content = join(job.folder, 'content');
  await mkdir(content);
  await writeFile(join(content, 'noise'), randomBytes(3_000_000));
  const image = join(job.folder, 'cd.iso');
  await job.spawn('xorriso', 'xorriso', ['-as', 'mkisofs', '-quiet', '-o', image, content]).expectExit(0);
  const port = await job.ports();
  const copy = join(job.folder, 'copy.iso');
  const example = join(job.root, 'examples/04-usb-disk.mjs');
  const server = job.spawn('04-usb-disk', process.execPath, [example, `${port}`, copy]);
  await server.stdout.find((line) => line.startsWith('spice://'));
  const script = join(job.root, 'test/interop/clients/shared-cd.py');
  const client = job.spawn('shared-cd', python, [script, `${port}`, image]);
  await client.stdout.find((line) => line === 'plugged in');
  await server.expectExit(0);
  const [original, read] = await Promise.all([readFile(image), readFile(copy)]);
  if (!original.equals(read)) throw new Error(`${read.length} bytes were read that are not the image's`);
  client.kill();
  return `${server.stdout.lines[1]}; ${read.length} bytes, all equal`;
}

/** The CD that spice-gtk emulates, plugged into a slot of ours. */
export const usbCases: readonly InteropCase[] = [
  {
    name: 'USB: a CD of the client is read',
    needs: [requirements.glibClient, requirements.isoImages],
    limit: 60,
    run: check,
  },
];
