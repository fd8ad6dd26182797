import { join } from 'node:path';
import type { ExitStatus } from '../../support/process.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { python, type Requirement, requirements } from '../runner/requirements.js';

const programs = { 'remote-viewer': requirements.remoteViewer, spicy: requirements.spicy } as const;

interface DesktopCheck {
  readonly title: string;
  readonly spice: string;
  readonly args: readonly string[];
  readonly wanted: ExitStatus;
}

const colors = ['--expect', 'ff0000:60000', '--expect', '00ff00:60000', '--expect', '0000ff:60000'];
const checks: readonly DesktopCheck[] = [
  {
    title: 'picture, key, click',
    spice: 'disable-ticketing=on',
    args: [
      ...colors,
      ...['--key', 'a', '--then', 'change:60000', '--click', '200,200'],
      ...['--log-expect', 'key 1e.*key 9e'],
    ],
    wanted: 0,
  },
  { title: 'password', spice: 'password=sesame', args: [...colors, '--password', 'sesame'], wanted: 0 },
  {
    title: 'wrong password',
    spice: 'password=sesame',
    args: ['--expect', 'ff0000:60000', '--password', 'wrong', '--timeout', '7'],
    wanted: 1,
  },
];

async function run(job: Job, program: string, { spice, args, wanted }: DesktopCheck): Promise<string> {
  // The check reads what the test card prints from a file.
  const log = join(job.folder, 'server.log');
  const wrapper = ['sh', '-c', `exec "$@" 2>'${log}'`, 'sh'];
  const server = await Lazyspice.start(job, ['run', '--print-input'], spice, wrapper);
  const withLog = args.includes('--log-expect') ? ['--log', log] : [];
  const check = join(job.shared, 'clients/gtk-check.py');
  const all = [check, '--client', program, '--port', `${server.port}`, ...args, ...withLog];
  await job.spawn('gtk-check', python, all).expectExit(wanted);
  await server.stop();
  return '';
}

/** The desktop clients on an X server of their own. */
export const desktopCases: readonly InteropCase[] = Object.entries<Requirement>(programs).flatMap(
  ([program, requirement]) =>
    checks.map((check) => ({
      name: `${program}: ${check.title}`,
      needs: [
        ...[requirement, requirements.xServer, requirements.windowManager, requirements.xdotool],
        ...[requirements.screenshots, requirements.imaging],
      ],
      limit: 60,
      run: (job) => run(job, program, check),
    })),
);
