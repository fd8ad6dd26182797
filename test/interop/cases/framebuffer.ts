import { join } from 'node:path';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import { requirements } from '../runner/requirements.js';

const paper = 'f5f2e8';
const ink = '204a87';

/** The example of a display without QXL: pixels, keys, pointer and size, with a real client. */
export const framebufferCase: InteropCase = {
  name: 'a display of plain pixels, drawn on by a client',
  needs: [requirements.glibClient],
  limit: 60,
  async run(job) {
    const port = await job.ports();
    const example = join(job.root, 'examples/03-framebuffer.mjs');
    const program = job.spawn('example', process.execPath, [example, `${port}`]);
    await program.stdout.find((line) => line.startsWith('spice://'));
    const steps = [
      ...[
        'wait:display',
        'size:640x480',
        `wait-pixel:100,100=${paper}`,
        'wait:inputs',
        'expect-cursor:15x15+7+7',
      ],
      ...['mouse-mode:client', 'move:100,100', 'press:left', `wait-pixel:100,100=${ink}`],
      ...['move:300,200', `wait-pixel:301,201=${ink}`, 'release:left', `pixel:200,150=${paper}`],
      ...['key:a', `wait-pixel:300,200=${paper}`, `wait-pixel:100,100=${paper}`],
      ...['monitors:800x600', 'wait-monitors:800x600', 'size:800x600', `wait-pixel:799,599=${paper}`],
      ...['click:left', `wait-pixel:300,200=${ink}`],
    ];
    const lines = await GlibClient.run(job, port, steps);
    return `${lines.length} reports of the client`;
  },
};
