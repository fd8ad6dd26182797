import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import { python, requirements } from '../runner/requirements.js';

const recordings = ['qemu-bios-text', 'qemu-kms-console'];

interface Figures {
  readonly recording: string;
  readonly failed?: string;
  readonly why?: string;
  readonly ratio?: { readonly cpu: number; readonly bytes: number; readonly rss: number };
}

function summary({ recording, ratio, failed, why }: Figures): string {
  if (ratio === undefined) throw new Error(`${recording}: ${failed} failed: ${why}`);
  return `${recording} cpu ×${ratio.cpu} bytes ×${ratio.bytes} rss ×${ratio.rss}`;
}

/** That the comparison with libspice-server runs; benchmarks/README.md has figures that mean something. */
export const peerCases: readonly InteropCase[] = [
  {
    name: 'beside libspice-server: the comparison runs',
    needs: [requirements.python, requirements.compiler, requirements.spiceLibrary, requirements.xz],
    limit: 180,
    async run(job) {
      const files = recordings.map((name) => join(job.shared, `recordings/${name}.rec.xz`));
      const compare = job.spawn('compare', python, [
        join(job.shared, 'peer/compare.py'),
        ...['--lockstep', '--modes', 'off', '--runs', '1', '--project', job.root],
        ...['--port', `${await job.ports(2 * recordings.length + 2)}`, ...files],
      ]);
      await compare.expectExit(0);
      return compare.stdout.lines.map((line) => summary(JSON.parse(line) as Figures)).join('; ');
    },
  },
];
