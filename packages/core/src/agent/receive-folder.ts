import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { FileReceiver } from './file-transfers.js';

/** Names that are tried for one file. */
const maxNames = 1000;

/**
 * Receives files into a folder that exists. A name is reduced to its last part; nothing is overwritten: 'a.txt' that
 * is there already makes 'a (1).txt' of the next. What is not completed is removed.
 */
export function receiveInto(folder: string): FileReceiver {
  return async ({ name }) => {
    const plain = basename(name.replaceAll(/[\\/\0]/g, '/'));
    if (plain === '' || plain === '.' || plain === '..') return null;
    const { path, handle } = await create(folder, plain);
    return {
      write: async (bytes) => {
        // One call may write less than it was given.
        for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
      },
      end: async (complete) => {
        await handle.close();
        if (!complete) await rm(path, { force: true });
      },
    };
  };
}

async function create(folder: string, name: string): Promise<{ path: string; handle: FileHandle }> {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let i = 0; ; i++) {
    const path = join(folder, i === 0 ? name : `${stem} (${i})${extension}`);
    try {
      return { path, handle: await open(path, 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || i >= maxNames) throw error;
    }
  }
}
