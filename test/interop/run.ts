import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { agentCases } from './cases/agent.js';
import { checkCases } from './cases/checks.js';
import { crashCases } from './cases/crash.js';
import { desktopCases } from './cases/desktop-clients.js';
import { framebufferCase } from './cases/framebuffer.js';
import { html5Cases } from './cases/html5.js';
import { html5RecordingCases } from './cases/html5-recordings.js';
import { metricsCases } from './cases/metrics.js';
import { migrationCases } from './cases/migration.js';
import { everyMixedClientCase, mixedClientCases } from './cases/mixed-clients.js';
import { monitorCases } from './cases/monitor.js';
import { monitorLayoutCases } from './cases/monitors.js';
import { openedFilesCases } from './cases/opened-files.js';
import { peerCases } from './cases/peer.js';
import { probeCases } from './cases/probe.js';
import { qemuCases } from './cases/qemu.js';
import { recordingCases } from './cases/recordings.js';
import { changingPhotoCase, roughRecordingCases } from './cases/rough-recordings.js';
import { saslCases } from './cases/sasl.js';
import { sharedFolderCases } from './cases/shared-folder.js';
import { soundCases } from './cases/sound.js';
import { startCases } from './cases/start.js';
import { testCardCases } from './cases/test-card.js';
import { tlsCases } from './cases/tls.js';
import { usbCases } from './cases/usb.js';
import { v86MachineCases } from './cases/v86-machines.js';
import type { InteropCase } from './runner/interop-case.js';
import { runSuite, type SuiteResult } from './runner/suite.js';

const usage = `usage: npm run test:interop -- [--require-all] [--jobs N] [--modes MODE,...] [--every-mix] [NAME...]
  NAME           only cases whose name contains it
  --require-all  a case that is skipped counts as failed
  --jobs N       cases side by side (default 2)
  --modes MODE   image compression of the recordings (default off,auto; all is every mode)
  --every-mix    only all kinds of clients at once, with every recording in every mode
The recordings and clients are looked for in $LAZYSPICE_SHARED, by default in ../shared.`;

const everyMode = ['off', 'auto', 'auto_glz', 'auto_lz', 'quic', 'glz', 'lz', 'lz4'];

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Every case; the longest ones first, so that they do not run alone at the end. */
const allCases = (shared: string, modes: readonly string[]): InteropCase[] => [
  ...v86MachineCases,
  ...html5RecordingCases(shared, modes),
  ...mixedClientCases,
  ...probeCases,
  ...recordingCases(shared, modes),
  ...roughRecordingCases(shared),
  changingPhotoCase,
  ...startCases,
  ...metricsCases,
  ...migrationCases,
  ...monitorCases,
  ...saslCases,
  ...tlsCases,
  ...qemuCases,
  ...testCardCases,
  ...agentCases,
  ...soundCases,
  ...sharedFolderCases,
  ...usbCases,
  ...desktopCases,
  ...html5Cases,
  framebufferCase,
  ...monitorLayoutCases,
  ...crashCases,
  ...openedFilesCases,
  ...checkCases(root),
  ...peerCases,
];

function printSkipped({ skipped }: SuiteResult, requireAll: boolean): void {
  if (skipped.length === 0) return;
  const lacks = new Set(skipped.flatMap((each) => each.lacks));
  print(
    `\n*** ${skipped.length} cases were SKIPPED${requireAll ? ', which counts as failed' : ''}. Missing here:`,
  );
  for (const { name, packages } of lacks) print(`***   ${name}: apt-get install ${packages.join(' ')}`);
  print('*** Skipped:');
  for (const { name } of skipped) print(`***   ${name}`);
}

function printCounts(passed: number, failed: number, skipped: number): void {
  print('');
  print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}

export async function main(args: readonly string[]): Promise<void> {
  // To end by 'exit', which ends the processes of all cases too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'require-all': { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' },
      modes: { type: 'string', default: 'off,auto' },
      'every-mix': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const jobs = Number(values.jobs);
  if (values.help || !Number.isInteger(jobs) || jobs < 1) {
    print(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const requireAll = values['require-all'];
  const shared = resolve(process.env.LAZYSPICE_SHARED ?? join(root, '../shared'));
  if (!existsSync(join(shared, 'clients/gclient.py'))) {
    print(`*** The interop suite was SKIPPED: there are no clients and recordings in ${shared}.`);
    print('*** Set LAZYSPICE_SHARED to the folder that has them.');
    printCounts(0, requireAll ? 1 : 0, requireAll ? 0 : 1);
    process.exitCode = requireAll ? 1 : 0;
    return;
  }
  const modes = values.modes === 'all' ? everyMode : values.modes.split(',');
  const all = values['every-mix'] ? everyMixedClientCase : allCases(shared, modes);
  const cases = all.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  const result = await runSuite(cases, { root, shared, jobs, print });
  printSkipped(result, requireAll);
  if (result.failed.length > 0) print(`\nFailed:\n${result.failed.map((name) => `  ${name}`).join('\n')}`);
  const failed = result.failed.length + (requireAll ? result.skipped.length : 0);
  printCounts(result.passed, failed, requireAll ? 0 : result.skipped.length);
  process.exitCode = failed > 0 || result.passed === 0 ? 1 : 0;
}
