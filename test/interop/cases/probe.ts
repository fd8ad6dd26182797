import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice, spawnLazyspice } from '../runner/lazyspice.js';
import { python, requirements } from '../runner/requirements.js';

/** Seconds for which the slow peers of the battery wait for the server to end them: more than its own limit. */
const hold = 30;
/** Links that are left half open while a good client logs in. */
const halfOpen = 500;
/** In which a good client logs in beside them, in ms. */
const loginLimit = 100;

/** Runs the battery; returns what it printed. */
async function probe(job: Job, args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, exited } = job.spawn('proto-probe', python, [
    join(job.shared, 'clients/proto-probe.py'),
    ...args,
  ]);
  const status = await exited;
  const failures = stdout.lines.filter((line) => line.startsWith('FAIL'));
  if (failures.length > 0) throw new Error(`\n  ${failures.join('\n  ')}`);
  if (status !== 0) throw new Error(`ended with ${status}: ${stdout.tail()} ${stderr.tail()}`);
  return stdout.lines;
}

/** Malformed, slow and hostile peers; after each one a good client must get in. */
export const probeCases: readonly InteropCase[] = [
  {
    name: 'hostile peers: the whole battery',
    needs: [requirements.python],
    limit: 300,
    async run(job) {
      const pki = join(job.folder, 'pki');
      await spawnLazyspice(job, ['certificate', pki]).expectExit(0);
      const tlsPort = await job.ports();
      const options = `password=sesame,tls-port=${tlsPort},x509-dir=${pki}`;
      const server = await Lazyspice.start(job, ['run', '--guest', 'testcard'], options);
      const ports = ['--port', `${server.port}`, '--tls-port', `${tlsPort}`];
      const lines = await probe(job, [...ports, '--password', 'sesame', '--hold', `${hold}`]);
      await server.stop();
      return lines.at(-1) ?? '';
    },
  },
  {
    name: `hostile peers: ${halfOpen} half-open links while a good client logs in`,
    needs: [requirements.python],
    limit: 120,
    async run(job) {
      const options = `password=sesame,max-half-open=${halfOpen + 10}`;
      const server = await Lazyspice.start(job, ['run', '--guest', 'testcard'], options);
      const args = ['--port', `${server.port}`, '--password', 'sesame', '--only', '^half-open'];
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const lines = await probe(job, [...args, '--half-open', `${halfOpen}`]);
        const [, time] = /good client meanwhile in ([\d.]+) ms/.exec(lines.join('\n')) ?? [];
        times.push(Number(time));
      }
      await server.stop();
      times.sort((a, b) => a - b);
      const median = times[2];
      if (!(median <= loginLimit)) throw new Error(`a login took ${median} ms (${times.join(', ')})`);
      return `login in ${median} ms (median of 5; ${times[0]} to ${times[4]})`;
    },
  },
];
