import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from './job.js';

/** Installs what drives the browser in the case's folder. */
export async function installBrowserDriver(job: Job): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) {
    await copyFile(join(job.shared, 'clients', file), join(job.folder, file));
  }
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  await job.spawn('npm ci', 'npm', ['ci', ...quiet], { cwd: job.folder }).expectExit(0);
}
