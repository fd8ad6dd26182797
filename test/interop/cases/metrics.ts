import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

/** What a watchman sees while real clients come and go. */
export const metricsCases: readonly InteropCase[] = [
  {
    name: 'metrics: counters of what spice-gtk did',
    needs: [requirements.glibClient],
    limit: 60,
    async run(job) {
      const port = await job.ports();
      const server = await Lazyspice.start(job, ['run', '--metrics', `${port}`], 'password=sesame');
      const { url } = (await server.event('metrics')) as { readonly url: string };
      const login = (password: string, wanted: number) =>
        GlibClient.run(job, server.port, ['wait:display'], { options: ['--password', password], wanted });
      await login('wrong', 4);
      await login('sesame', 0);
      const health = await fetch(new URL('/healthz', url));
      if (health.status !== 200) throw new Error(`healthz answers ${health.status}`);
      const text = await (await fetch(url)).text();
      const value = (name: string): number =>
        Number(new RegExp(`^lazyspice_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
      if (value('refused_total') !== 1) throw new Error(`refused: ${value('refused_total')}`);
      if (!(value('connections_total') >= 2)) throw new Error(`connections: ${value('connections_total')}`);
      if (!(value('sent_bytes_total{channel="display"}') > 100)) throw new Error('no bytes of the display');
      await server.stop();
      return '';
    },
  },
];
