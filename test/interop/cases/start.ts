import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import { requirements } from '../runner/requirements.js';

const usualPort = 'port=5900';

/** What a newcomer tries first. */
export const startCases: readonly InteropCase[] = [
  {
    name: 'npm start: a client sees the demo desktop',
    needs: [requirements.glibClient],
    limit: 60,
    async run(job) {
      const manifest = JSON.parse(await readFile(join(job.root, 'package.json'), 'utf8')) as {
        readonly scripts: { readonly start: string };
      };
      if (!manifest.scripts.start.includes(usualPort)) throw new Error(`npm start does not use ${usualPort}`);
      const port = await job.ports();
      // The script as npm runs it, at other ports: somebody may be using the usual ones.
      const script = manifest.scripts.start
        .replace(usualPort, `port=${port}`)
        .replace('--web 5980', '--web 0');
      const path = [join(job.root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
      const env = { ...process.env, PATH: path };
      const start = job.spawn('npm start', 'sh', ['-c', script], { cwd: job.root, env });
      await start.stderr.find((line) => line.includes('listening'));
      await GlibClient.run(job, port, ['wait:display', 'nonblank:8']);
      return '';
    },
  },
];
