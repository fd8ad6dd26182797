import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { python, requirements } from '../runner/requirements.js';

/** Seconds for which the slow peers of the battery stay silent. */
const hold = 4;

/** Malformed, slow and hostile peers; after each one a good client must get in. */
export const probeCases: readonly InteropCase[] = [
  {
    name: 'hostile peers: the whole battery',
    needs: [requirements.python],
    limit: 300,
    async run(job) {
      const server = await Lazyspice.start(job, ['run', '--guest', 'testcard'], 'password=sesame');
      const probe = job.spawn('proto-probe', python, [
        join(job.shared, 'clients/proto-probe.py'),
        ...['--port', `${server.port}`, '--password', 'sesame', '--hold', `${hold}`],
      ]);
      const status = await probe.exited;
      const failures = probe.stdout.lines.filter((line) => line.startsWith('FAIL'));
      if (failures.length > 0) throw new Error(`\n  ${failures.join('\n  ')}`);
      if (status !== 0)
        throw new Error(`ended with ${status}: ${probe.stdout.tail()} ${probe.stderr.tail()}`);
      await server.stop();
      return probe.stdout.tail(1);
    },
  },
];
