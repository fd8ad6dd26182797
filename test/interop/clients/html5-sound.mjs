// Listens to a server with spice-html5 in headless Chromium: node html5-sound.mjs PORT HERTZ
// The page's audio element must go on for two seconds of sound, and what it plays must be a tone of so many hertz.
// playwright-core must be installed where this file lies. Prints what was heard; exit status 0, 1 when it was not.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const [port, hertz] = process.argv.slice(2).map(Number);
const root = '/usr/share/spice-html5';
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const pages = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://page');
  const data = await readFile(join(root, normalize(decodeURIComponent(pathname)))).catch(() => null);
  response.writeHead(data === null ? 404 : 200, { 'content-type': types[extname(pathname)] ?? 'text/plain' });
  response.end(data);
});
await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
});

/** In the page: where the sound is, in seconds, and the strongest frequency; null: there is none yet. */
const listen = () => {
  const audio = document.querySelector('audio');
  if (audio === null || audio.buffered.length === 0) return null;
  if (window.analyser === undefined) {
    const context = new AudioContext();
    window.analyser = context.createAnalyser();
    window.analyser.fftSize = 8192;
    context.createMediaElementSource(audio).connect(window.analyser);
  }
  const { analyser } = window;
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const peak = levels.indexOf(Math.max(...levels));
  return {
    time: audio.currentTime,
    buffered: audio.buffered.end(audio.buffered.length - 1),
    hertz: (peak * analyser.context.sampleRate) / analyser.fftSize,
    decibels: levels[peak],
  };
};

let heard = null;
try {
  const page = await browser.newPage();
  const query = new URLSearchParams({ host: '127.0.0.1', port: `${port}`, password: '', path: 'websockify' });
  await page.goto(`http://127.0.0.1:${pages.address().port}/spice_auto.html?${query}`);
  let first = null;
  for (const end = Date.now() + 40_000; Date.now() < end; ) {
    const now = await page.evaluate(listen);
    if (now !== null) {
      first ??= now;
      const went = { played: now.time - first.time, buffered: now.buffered - first.buffered };
      heard = { ...went, hertz: now.hertz, decibels: now.decibels, ahead: now.buffered - now.time };
      const isTone = Math.abs(now.hertz - hertz) < 12 && now.decibels > -40;
      if (went.played >= 2 && went.buffered >= 2 && isTone) {
        process.exitCode = 0;
        break;
      }
    }
    process.exitCode = 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
} finally {
  console.log(JSON.stringify(heard));
  await browser.close();
  pages.close();
}
