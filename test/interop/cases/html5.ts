import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitStatus } from '../../support/process.js';
import { browserScript, installBrowserDriver } from '../runner/browser.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice, spawnLazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

const picture = [
  '--size',
  '640x400',
  '--pixel',
  '100,100=ff0000',
  '--pixel',
  '600,50=00ff00',
  '--colours',
  '4',
];
const card = ['run', '--guest', 'testcard'];

/** Runs spice-html5 in Chromium to its end, which must be `wanted`. */
export async function runPage(
  job: Job,
  port: number,
  args: readonly string[],
  wanted: ExitStatus = 0,
): Promise<void> {
  await installBrowserDriver(job);
  await copyFile(join(job.shared, 'clients/html5-check.mjs'), join(job.folder, 'html5-check.mjs'));
  const check = [join(job.folder, 'html5-check.mjs'), '--port', `${port}`, ...args];
  await job.spawn('html5-check', process.execPath, check).expectExit(wanted);
}

function pageCase(name: string, run: (job: Job) => Promise<void>): InteropCase {
  return {
    name: `spice-html5: ${name}`,
    needs: [requirements.chromium, requirements.html5Client],
    limit: 90,
    async run(job) {
      await run(job);
      return '';
    },
  };
}

/** The web client, over WebSocket on the ports of SPICE. */
export const html5Cases: readonly InteropCase[] = [
  pageCase('picture, key, click', async (job) => {
    const server = await Lazyspice.start(job, card, 'disable-ticketing=on');
    const press = [...picture, '--click', '50,50', '--key', 'a', '--change', '600,300'];
    // The page drops keys pressed before its inputs channel is open, and nothing on it tells when that is: on a
    // loaded machine the one key of the check can come too early. A second page must do.
    await runPage(job, server.port, press).catch(() => runPage(job, server.port, press));
    await server.stop();
  }),
  pageCase('wrong password', async (job) => {
    const server = await Lazyspice.start(job, card, 'password=sesame');
    await runPage(job, server.port, ['--password', 'wrong'], 4);
    await server.stop();
  }),
  pageCase('password, over TLS', async (job) => {
    const folder = join(job.folder, 'tls');
    await spawnLazyspice(job, ['certificate', folder]).expectExit(0);
    const tlsPort = await job.ports();
    const server = await Lazyspice.start(job, card, `password=sesame,tls-port=${tlsPort},x509-dir=${folder}`);
    const page = ['--cert', join(folder, 'server-cert.pem'), '--key-file', join(folder, 'server-key.pem')];
    await runPage(job, tlsPort, [...picture, '--password', 'sesame', ...page]);
    await server.stop();
  }),
  pageCase("the command's own page asks for the password and shows the picture", async (job) => {
    const port = await job.ports();
    const options = ['run', '--guest', 'demo', '--web', `${port}`];
    const server = await Lazyspice.start(job, options, 'password=sesame');
    const { url } = (await server.event('web')) as { readonly url: string };
    const script = await browserScript(job, 'web-page.mjs');
    const page = job.spawn('web-page', process.execPath, [script, url, 'sesame']);
    await page.expectExit(0);
    const seen = JSON.parse(page.stdout.lines.at(-1) ?? '') as {
      readonly before: { readonly width: number };
      readonly viewer: string;
    };
    if (seen.before.width < 640) throw new Error(`the picture is ${seen.before.width} pixels wide`);
    if (/password/.test(seen.viewer)) throw new Error('the connection file tells the password');
    await server.stop();
  }),
];
