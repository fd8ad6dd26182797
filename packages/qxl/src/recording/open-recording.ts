import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RecordingError } from './errors.js';
import type { RecordingEvent } from './parser.js';
import { readRecording } from './read-recording.js';

/** Bytes read from the file at once. */
const pieceBytes = 1024 * 1024;
/** Characters of the unpacking program's complaint that are kept. */
const complaintLength = 500;

/**
 * The events of a recording in a file, as `readRecording` gives them. A name that ends in `.gz` or `.xz` is
 * unpacked on the way, the latter by the program `xz`. The file is opened when the first batch is asked for and
 * closed when the iteration ends, for whatever reason. Besides `RecordingError` (ERR_RECORDING_UNPACK: `xz` is
 * missing or failed) it throws the file system's errors and zlib's.
 */
export function openRecording(path: string): AsyncGenerator<RecordingEvent[], void, void> {
  return readRecording(unpacked(path));
}

async function* unpacked(path: string): AsyncGenerator<Uint8Array, void, void> {
  if (path.endsWith('.xz')) yield* unxz(path);
  else if (path.endsWith('.gz')) yield* piecesOf(gunzip(path));
  else yield* piecesOf(createReadStream(path, { highWaterMark: pieceBytes }));
}

async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of stream) yield piece as Uint8Array;
}

function gunzip(path: string): Readable {
  const output = createGunzip({ chunkSize: pieceBytes });
  // An error of either end reaches the iteration through `output`, which pipeline destroys with it.
  pipeline(createReadStream(path, { highWaterMark: pieceBytes }), output, () => {});
  return output;
}

async function* unxz(path: string): AsyncGenerator<Uint8Array, void, void> {
  const child = spawn('xz', ['--decompress', '--stdout', '--', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, complaintLength);
  });
  const ended = new Promise<Error | null>((resolve) => {
    child.on('error', resolve);
    child.on('close', (status) => resolve(status === 0 ? null : new Error(complaint.trim())));
  });
  try {
    yield* piecesOf(child.stdout);
    const cause = await ended;
    if (cause !== null) throw unpackError(path, cause);
  } finally {
    child.kill();
  }
}

function unpackError(path: string, cause: Error): RecordingError {
  const missing = 'code' in cause && cause.code === 'ENOENT';
  const expected = missing
    ? `the program "xz" to unpack ${path}: install the package xz-utils (or xz), or unpack the file first`
    : `"xz" to unpack ${path}, which said: ${cause.message}`;
  return new RecordingError('ERR_RECORDING_UNPACK', { offset: 0, expected }, { cause });
}
