import { join } from 'node:path';
import { clientExit, GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

/** Several monitors of one device, and several displays, with a real client. */
export const monitorLayoutCases: readonly InteropCase[] = [
  {
    name: 'monitors: two heads of one display, as the client wants them',
    needs: [requirements.glibClient],
    limit: 60,
    async run(job) {
      const server = await Lazyspice.start(job, ['run', '--guest', 'demo'], 'disable-ticketing=on');
      await GlibClient.run(job, server.port, [
        ...['wait:display', 'wait-monitors:800x600', 'wait:agent'],
        ...['monitors:1024x768+0+0;800x600+1024+0', 'wait-monitors:1024x768;800x600', 'size:1824x768'],
        ...[
          'nonblank:4',
          'monitors:640x480+0+0;640x480+640+0',
          'wait-monitors:640x480;640x480',
          'size:1280x480',
        ],
      ]);
      await server.stop();
      return '';
    },
  },
  {
    name: 'monitors: a second display comes and goes while a client is connected',
    needs: [requirements.glibClient],
    limit: 60,
    async run(job) {
      const port = await job.ports();
      const script = join(job.root, 'test/interop/clients/two-displays.mjs');
      const program = job.spawn('two displays', process.execPath, [script, `${port}`]);
      await program.stdout.find((line) => line.startsWith('spice://'));
      const tell = async (line: string): Promise<void> => {
        const from = program.stdout.lines.length;
        program.writeLine(line);
        await program.stdout.find((text) => text === line, from);
      };
      const red = ['wait:display', 'size:320x200', 'wait-pixel:100,100=ff0000'];
      const green = ['wait:display', 'size:400x300', 'wait-pixel:100,100=00ff00'];
      // It is there before the second display is, looks at that one, and stays.
      const client = new GlibClient(job, port, ['wait:inputs', ...green, 'sleep:60'], ['--display', '1']);
      await client.step('wait:inputs');
      await tell('add');
      await client.step('wait-pixel:100,100=00ff00');
      await GlibClient.run(job, port, red);
      await tell('remove');
      await GlibClient.run(job, port, red);
      await GlibClient.run(job, port, ['wait:display,2'], {
        options: ['--display', '1'],
        wanted: clientExit.stepFailed,
      });
      await tell('add');
      await GlibClient.run(job, port, green, { options: ['--display', '1'] });
      client.process.kill();
      return 'seen at once, gone at once, and back';
    },
  },
];
