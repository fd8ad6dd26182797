// The page of --web in headless Chromium: URL PASSWORD [SCREENSHOT]. It logs in when it is asked, waits for the picture,
// changes the window's size, and takes a screenshot. Prints one JSON line; exit status 0: all of it worked.
import { chromium } from 'playwright-core';

const [url, password, screenshot] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  await page.goto(url);
  if (password !== '') {
    await page.waitForSelector('#login:not([hidden])', { timeout: 15_000 });
    await page.fill('#password', password);
    await page.click('#login button');
  }
  await page.waitForSelector('#state[data-state="connected"]', { timeout: 15_000 });
  await page.waitForSelector('#spice-screen canvas', { timeout: 15_000 });
  const canvas = () =>
    page.evaluate(() => {
      const { width, height } = document.querySelector('#spice-screen canvas') ?? {};
      return { width, height };
    });
  const before = await canvas();
  await page.setViewportSize({ width: 904, height: 640 });
  // The guest may follow or not: it is given the time that it needs.
  await page.waitForTimeout(2500);
  const after = await canvas();
  const viewer = await (await page.request.get(new URL('connection.vv', url).href)).text();
  if (screenshot !== undefined) await page.screenshot({ path: screenshot });
  console.log(JSON.stringify({ before, after, state: await page.textContent('#state'), viewer }));
} finally {
  await browser.close();
}
