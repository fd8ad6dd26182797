import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Seconds from an empty cache to the shell, packages and boot included. */
const firstStart = 150;
/** Seconds when the kept state is there. */
const laterStart = 20;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('close', (code) => done(code)));

/** Resolves when the guest's shell is there. */
function guestRuns(child: ChildProcess, seconds: number): Promise<void> {
  return new Promise((done, fail) => {
    let output = '';
    let errors = '';
    const timer = setTimeout(() => fail(new Error(`no shell after ${seconds} s: ${errors}`)), seconds * 1000);
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      if (!output.includes('"event":"guest"')) return;
      clearTimeout(timer);
      done();
    });
    child.stderr?.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(new Error(`the command ended with ${code}: ${errors}`));
    });
  });
}

async function client(sharedDir: string, port: number, steps: readonly string[]): Promise<void> {
  const script = join(sharedDir, 'clients/gclient.py');
  const child = spawn('/usr/bin/python3', [script, '--port', `${port}`, ...steps]);
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const code = await ended(child);
  if (code !== 0) throw new Error(`the client ended with ${code}: ${output.slice(-800)}`);
}

/** Starts the guest, has a client look at it and type, ends it. Returns the seconds to the shell. */
async function round(
  sharedDir: string,
  cache: string,
  limit: number,
  steps: readonly string[],
): Promise<number> {
  const port = await freePort();
  const script = resolve('packages/cli/bin/lazyspice.js');
  const spice = `port=${port},addr=127.0.0.1,disable-ticketing=on`;
  const begin = performance.now();
  const child = spawn(process.execPath, [script, 'run', '--guest', 'linux', '--json', '--spice', spice], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  try {
    await guestRuns(child, limit);
    const seconds = (performance.now() - begin) / 1000;
    await client(sharedDir, port, ['wait:display', 'size:1024x768', 'nonblank:2', ...steps]);
    const end = ended(child);
    child.kill('SIGTERM');
    if ((await end) !== 0) throw new Error('the command did not end well');
    return seconds;
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * Debian's kernel with its own qxl driver shows its console to a real client, first booted, then from the kept
 * state: 1024x768 and not blank; a key's echo appears behind the prompt.
 */
export async function check(sharedDir: string): Promise<Readonly<Record<string, unknown>>> {
  const cache = await mkdtemp(join(tmpdir(), 'lazyspice-check-'));
  // Caps Lock goes to the guest's driver and comes back as a light. Then `h`: its stem is two pixels from the left of
  // the cell behind the prompt, above the blinking cursor.
  const keys = ['key:caps', 'leds:4', 'key:caps', 'leds:0', 'latency:h,73,150,1'];
  try {
    const booted = await round(sharedDir, cache, firstStart, keys);
    const restored = await round(sharedDir, cache, laterStart, keys);
    return { booted: Number(booted.toFixed(1)), restored: Number(restored.toFixed(1)) };
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}
