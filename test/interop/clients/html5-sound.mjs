// Listens to a server with spice-html5 in headless Chromium: node html5-sound.mjs PORT HERTZ
// The page's audio element must go on for two seconds of sound, and what it plays must be a tone of so many hertz.
// playwright-core must be installed where this file lies. Prints what was heard; exit status 0, 1 when it was not.

import { chromium } from 'playwright-core';
import { serveFiles } from './html5-files.mjs';

const [port, hertz] = process.argv.slice(2).map(Number);
const files = await serveFiles();
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
  await page.goto(files.pageFor(port));
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
  files.close();
}
