/** A thread of the pool: encodes one image after the other, each as it comes. */
import { parentPort } from 'node:worker_threads';
import { BitmapFormat } from '@lazyspice/core';
import { doesNotFit, type ImageEncoder } from '../codecs/contract.js';
import { JpegEncoder } from '../codecs/jpeg/jpeg-encoder.js';
import { createEncoders } from '../display/images/encoders.js';
import type { EncodeJob, WorkerAnswer } from './messages.js';

/** Side of the image that is encoded for nothing, so that the first real one meets compiled code. */
const warmUpSide = 256;

// INVARIANT: this file is only ever the main file of a worker.
const port = parentPort!;
const encoders = createEncoders();
/** Where images are encoded to; the result is cut out of it. */
let scratch = new Uint8Array(0);

function answer(message: WorkerAnswer): void {
  if (message.type === 'encoded' && message.bytes !== null) port.postMessage(message, [message.bytes.buffer]);
  else port.postMessage(message);
}

/** JPEG encoders by quality. */
const jpegs = new Map<number, ImageEncoder>();

function encoderOf({ codec, quality }: EncodeJob): ImageEncoder {
  if (codec !== 'jpeg' || quality === undefined) return encoders[codec];
  const encoder = jpegs.get(quality) ?? new JpegEncoder({ quality });
  jpegs.set(quality, encoder);
  return encoder;
}

function encode(job: EncodeJob): void {
  const { id, shape, pixels } = job;
  const bytes = shape.stride * shape.height;
  if (scratch.length < bytes) scratch = new Uint8Array(bytes);
  try {
    const image = { ...shape, pixels: new Uint8Array(pixels, 0, bytes) };
    const size = encoderOf(job).encode(image, scratch.subarray(0, bytes));
    answer({ type: 'encoded', id, bytes: size === doesNotFit ? null : scratch.slice(0, size) });
  } catch (error) {
    answer({ type: 'failed', id, reason: error instanceof Error ? error.message : String(error) });
  }
}

function warmUp(): void {
  const stride = warmUpSide * 4;
  const pixels = Uint8Array.from({ length: stride * warmUpSide }, (_, i) => (i * i) >> 9);
  const shape = { width: warmUpSide, height: warmUpSide, stride, topDown: true, pixels };
  const out = new Uint8Array(pixels.length);
  const { rgb32, rgba } = BitmapFormat.values;
  for (const encoder of Object.values(encoders)) {
    encoder.encode({ ...shape, format: encoder.accepts(rgb32) ? rgb32 : rgba }, out);
  }
}

warmUp();
port.on('message', encode);
answer({ type: 'ready' });
