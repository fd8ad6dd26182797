import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type CodecModule, type CodecSpeed, ModuleTable, type VectorFailure } from '@lazyspice/core';
import type { CodecArguments } from '../codec-arguments.js';
import { exitCodes } from '../usage.js';

/** `lazyspice codec`: checks and measures the image codecs, without a server. */
export async function codec(args: CodecArguments): Promise<number> {
  const modules = new ModuleTable({ resolveFrom: import.meta.url });
  const { entry } = await modules.load('spice-codecs', 'codec');
  const codecs = entry as CodecModule;
  switch (args.action) {
    case 'verify': {
      const { text, read } = await openIndex(args.index);
      const { passed, failed } = await codecs.verify(text, read);
      print(args.json, { passed, failed: failed.length }, `${passed} passed, ${failed.length} failed`);
      return reportFailures(failed);
    }
    case 'encode': {
      const { text, read } = await openIndex(args.index);
      await mkdir(args.out, { recursive: true });
      const { encoded, failed } = await codecs.encode(text, read, (name, data) =>
        writeFile(join(args.out, outputName(name)), data),
      );
      print(args.json, { encoded, failed: failed.length }, `${encoded} encoded, ${failed.length} failed`);
      return reportFailures(failed);
    }
    case 'bench':
      for (const speed of codecs.bench({ now: () => performance.now(), time: args.time })) {
        print(args.json, speed, speedLine(speed));
      }
      return exitCodes.ended;
  }
}

type Index = { readonly text: string; readonly read: (name: string) => Promise<Uint8Array> };

async function openIndex(file: string): Promise<Index> {
  const folder = dirname(resolve(file));
  return { text: await readFile(file, 'utf8'), read: (name) => readFile(join(folder, name)) };
}

/** The name comes from the index: it must not lead out of the folder. */
function outputName(name: string): string {
  if (name !== basename(name) || name === '.' || name === '..') {
    throw new Error(`'${name}' is no name for a file`);
  }
  return `${name}.bin`;
}

function print(json: boolean, value: object, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
}

function reportFailures(failed: readonly VectorFailure[]): number {
  for (const { name, reason } of failed) process.stderr.write(`${name}: ${reason}\n`);
  return failed.length === 0 ? exitCodes.ended : exitCodes.failed;
}

function speedLine({
  codec: name,
  direction,
  image,
  megabytesPerSecond,
  encodedBytes,
  pixelBytes,
}: CodecSpeed): string {
  const size = `${encodedBytes} of ${pixelBytes} bytes`;
  return `${image.padEnd(14)} ${name.padEnd(5)} ${direction} ${String(megabytesPerSecond).padStart(7)} MB/s  ${size}`;
}
