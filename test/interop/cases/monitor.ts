import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QmpTalk } from '../../support/qmp-talk.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

function check(what: string, good: boolean, seen: unknown): void {
  if (!good) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}

/** The monitor beside a real client. */
export const monitorCases: readonly InteropCase[] = [
  {
    name: 'QMP: passwords, keys, pictures and events, seen by spice-gtk',
    needs: [requirements.glibClient],
    limit: 90,
    async run(job) {
      const socket = join(job.folder, 'qmp');
      const server = await Lazyspice.start(job, ['run', '--qmp', `unix:${socket}`], 'password=first');
      await server.event('guest');
      const qmp = await QmpTalk.connect(socket);
      const login = (password: string, wanted: number, ...steps: string[]) =>
        GlibClient.run(job, server.port, steps, { options: ['--password', password], wanted });
      await login('first', 0, 'wait:display');
      await qmp.execute('set_password', { protocol: 'spice', password: 'second' });
      await login('first', 4, 'wait:display');
      // A key of the monitor's flips the white quarter of the test card.
      const client = new GlibClient(
        job,
        server.port,
        ['wait:display', 'wait-pixel:500,300=ffffff', 'wait-pixel:500,300=000000'],
        ['--password', 'second'],
      );
      await client.step('wait-pixel:500,300=ffffff');
      const keys = [{ type: 'qcode', data: 'a' }];
      await qmp.execute('send-key', { keys });
      await client.process.expectExit(0);
      const file = join(job.folder, 'picture.ppm');
      await qmp.execute('screendump', { filename: file });
      const picture = await readFile(file);
      check(
        'screendump',
        picture.subarray(0, 15).toString() === 'P6\n640 400\n255\n',
        picture.subarray(0, 15),
      );
      check('its first pixel', picture.readUIntBE(15, 3) === 0xff0000, picture.subarray(0, 24));
      await qmp.execute('expire_password', { protocol: 'spice', time: 'now' });
      await login('second', 4, 'wait:display');
      await qmp.execute('query-spice');
      const names = qmp.events.map(({ event }) => event);
      for (const event of ['SPICE_CONNECTED', 'SPICE_INITIALIZED', 'SPICE_DISCONNECTED']) {
        check(event, names.includes(event), names);
      }
      const types = qmp.events.map(({ data }) => data?.client?.['channel-type']);
      for (const type of [1, 2, 3, 4]) check(`channel ${type}`, types.includes(type), types);
      await qmp.execute('quit');
      qmp.close();
      await server.process.expectExit(0);
      return '';
    },
  },
];
