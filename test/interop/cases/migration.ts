import { join } from 'node:path';
import { QmpTalk } from '../../support/qmp-talk.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

const rounds = 3;
/** At the destination: its test card answers a key. */
export const worksThere = ['wait-pixel:500,300=ffffff', 'key:a', 'wait-pixel:500,300=000000'];

/** What the client calls its states on the way. */
async function statesOf(client: GlibClient): Promise<readonly string[]> {
  const { states } = await client.step('migrated:20');
  return states as readonly string[];
}

/** A real client that goes over from one server to another. */
export const migrationCases: readonly InteropCase[] = [
  {
    name: 'migration: spice-gtk goes over to another server without a new login, and its keys with it',
    needs: [requirements.glibClient],
    limit: 120,
    async run(job) {
      for (let round = 0; round < rounds; round++) {
        const socket = join(job.folder, `qmp${round}`);
        const source = await Lazyspice.start(job, ['run', '--qmp', `unix:${socket}`], 'password=both');
        const target = await Lazyspice.start(job, ['run'], 'password=both');
        const steps = ['wait:display', 'wait-pixel:500,300=ffffff', 'migrated:20', 'sleep:1', ...worksThere];
        const client = new GlibClient(job, source.port, steps, ['--password', 'both']);
        await client.step('wait-pixel:500,300=ffffff');
        const qmp = await QmpTalk.connect(socket);
        const place = { protocol: 'spice', hostname: '127.0.0.1', port: target.port };
        await qmp.execute('client_migrate_info', place);
        await qmp.execute('quit');
        await qmp.event('SPICE_MIGRATE_COMPLETED');
        qmp.close();
        const states = await statesOf(client);
        if (!states.includes('migrating') || states.includes('switching'))
          throw new Error(`it went through ${states}`);
        await client.process.expectExit(0);
        await source.process.expectExit(0);
        await target.stop();
      }
      return `${rounds} times`;
    },
  },
  {
    name: 'migration: spice-gtk starts anew at a destination that turned it away in advance',
    needs: [requirements.glibClient],
    limit: 60,
    async run(job) {
      const [here, there] = ['here', 'there'].map((name) => join(job.folder, name));
      const source = await Lazyspice.start(job, ['run', '--qmp', `unix:${here}`], 'password=both');
      const target = await Lazyspice.start(job, ['run', '--qmp', `unix:${there}`], 'password=other');
      const steps = [
        'wait:display',
        'migrated:20',
        // It opens its channels one after the other; the old picture stays meanwhile.
        'sleep:2',
        ...worksThere,
      ];
      const client = new GlibClient(job, source.port, steps, ['--password', 'both']);
      await client.step('wait:display');
      const monitors = [await QmpTalk.connect(here), await QmpTalk.connect(there)];
      const info = { protocol: 'spice', hostname: '127.0.0.1', port: target.port };
      await monitors[0].execute('client_migrate_info', info);
      await target.process.stderr.find((line) => line.includes('wrong or expired password'));
      await monitors[1].execute('set_password', { protocol: 'spice', password: 'both' });
      await monitors[0].execute('quit');
      const states = await statesOf(client);
      if (!states.includes('switching')) throw new Error(`it went through ${states}`);
      await client.process.expectExit(0);
      await source.process.expectExit(0);
      for (const monitor of monitors) monitor.close();
      await target.stop();
      return '';
    },
  },
];
