// spice-html5 in headless Chromium as a photographer. Reads commands, one a line: `open PORT` shows that server in a new
// page, `shot FILE` writes the client's largest canvas as a PNG picture, or says that there is none yet. Prints a JSON
// line for each command and ends with its standard input. playwright-core must be installed where this file lies.

import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { serveFiles } from './html5-files.mjs';

const files = await serveFiles();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});

/** In the page: the largest canvas as a picture in base 64, null when there is none. */
const readCanvas = () => {
  const [largest] = [...document.querySelectorAll('#spice-screen canvas')].sort(
    (a, b) => b.width * b.height - a.width * a.height,
  );
  if (largest === undefined) return null;
  // The canvas may be transparent where the guest's alpha is 0; a screen is not.
  const opaque = document.createElement('canvas');
  opaque.width = largest.width;
  opaque.height = largest.height;
  const pixels = largest.getContext('2d').getImageData(0, 0, largest.width, largest.height);
  for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 255;
  opaque.getContext('2d').putImageData(pixels, 0, 0);
  return opaque.toDataURL('image/png').split(',')[1];
};

let page = null;
const warnings = [];

async function open(port) {
  await page?.close();
  warnings.length = 0;
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) warnings.push(message.text().slice(0, 200));
  });
  await page.goto(files.pageFor(port));
  return {};
}

async function shot(file) {
  const picture = await page.evaluate(readCanvas);
  if (picture !== null) await writeFile(file, Buffer.from(picture, 'base64'));
  return { shown: picture !== null };
}

const commands = { open, shot };
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  const result = await commands[command](argument);
  console.log(JSON.stringify({ done: line, ...result, warnings: [...new Set(warnings)].slice(0, 4) }));
}
await browser.close();
files.close();
