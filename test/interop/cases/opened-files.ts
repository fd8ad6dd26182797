import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { spawnLazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

/** Packages that are there before anybody asks for a display. */
const always = /^packages\/(?:core|cli)\/|^node_modules\/@lazyspice\/(?:core|cli)\//;

/** What a `lazyspice` command opens inside the repository, from its start to SIGTERM, as the kernel sees it. */
async function openedFiles(job: Job, args: readonly string[]): Promise<string[]> {
  const trace = join(job.folder, 'trace');
  // -D: the command stays our own child, and is the one that gets the signal.
  const wrapper = ['strace', '-f', '-D', '-qq', '-e', 'trace=open,openat', '-o', trace];
  const command = spawnLazyspice(job, ['run', '--json', ...args], wrapper);
  await command.stdout.find((line) => line.includes('"event":"guest"'));
  command.signal('SIGTERM');
  await command.expectExit(0);
  const opened = new Set<string>();
  for (const line of (await readFile(trace, 'utf8')).split('\n')) {
    const path = /open(?:at)?\((?:[^"]*)"([^"]+)".* = \d+/.exec(line)?.[1];
    if (path?.startsWith(`${job.root}/`)) opened.add(relative(job.root, path));
  }
  return [...opened];
}

const outside = (files: readonly string[]): string[] => files.filter((file) => !always.test(file));

async function withoutSpice(job: Job): Promise<string> {
  const files = await openedFiles(job, ['--guest', 'none']);
  if (files.length === 0) throw new Error('strace saw no file of the command at all');
  const lazy = outside(files).filter((file) => file !== 'package.json');
  if (lazy.length > 0) throw new Error(`opened without being asked for: ${lazy.join(', ')}`);
  return `${files.length} files, all of core and cli`;
}

async function withSpice(job: Job): Promise<string> {
  const port = await job.ports();
  const options = `port=${port},addr=127.0.0.1,disable-ticketing=on`;
  const files = outside(await openedFiles(job, ['--guest', 'none', '--spice', options]));
  const server = files.filter((file) => file.startsWith('packages/spice-server/'));
  if (server.length === 0) throw new Error('no file of the module was opened: the trace is blind');
  return `${files.length} files of the module and what it needs`;
}

const needs = [requirements.strace];

/** The lazy proof by the kernel's account; test/lazy has it by the module loader's. */
export const openedFilesCases: readonly InteropCase[] = [
  { name: 'opened files: none of a module without --spice', needs, limit: 60, run: withoutSpice },
  { name: "opened files: the module's with --spice", needs, limit: 60, run: withSpice },
];
