import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fill, primary, recordingOf, rectAt } from './builder.js';
import { openRecording } from './open-recording.js';

const commands = [primary(600, 600), fill(rectAt(0, 0, 9, 9), 0x123456)];
const bytes = recordingOf(commands.map((command, at) => ({ at, command })));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function commandsOf(path: string): Promise<unknown[]> {
  const found = [];
  for await (const batch of openRecording(path)) found.push(...batch.map(({ command }) => command));
  return found;
}

describe('a recording file', () => {
  it('is read as it is, in pieces smaller than its events', async () => {
    expect(await commandsOf(await save('plain.rec', bytes))).toEqual(commands);
  });

  it('is unpacked when its name ends in .gz', async () => {
    const packed = gzipSync(bytes);
    expect(await commandsOf(await save('packed.rec.gz', packed))).toEqual(commands);
    const cut = await save('cut.rec.gz', packed.subarray(0, packed.length - 20));
    await expect(commandsOf(cut)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  });

  it('fails with the file system’s error when it is missing', async () => {
    await expect(commandsOf(join(folder, 'none.rec'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(commandsOf(join(folder, 'none.rec.gz'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says what to install when .xz can not be unpacked', async () => {
    vi.stubEnv('PATH', folder);
    try {
      const path = await save('packed.rec.xz', bytes);
      await expect(commandsOf(path)).rejects.toMatchObject({
        code: 'ERR_RECORDING_UNPACK',
        message: expect.stringContaining('install the package xz-utils'),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
