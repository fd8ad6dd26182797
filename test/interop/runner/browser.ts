import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from './job.js';

/** Installs what drives the browser in the case's folder, and with it a script that does; returns the script's place. */
export async function browserScript(job: Job, name: string): Promise<string> {
  await installBrowserDriver(job);
  for (const file of new Set(['html5-files.mjs', name])) {
    await copyFile(join(job.root, 'test/interop/clients', file), join(job.folder, file));
  }
  return join(job.folder, name);
}

/** Installs what drives the browser in the case's folder. */
export async function installBrowserDriver(job: Job): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) {
    await copyFile(join(job.shared, 'clients', file), join(job.folder, file));
  }
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  await job.spawn('npm ci', 'npm', ['ci', ...quiet], { cwd: job.folder }).expectExit(0);
}
