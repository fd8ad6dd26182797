import { Worker } from 'node:worker_threads';
import { type PixelImage, rowBytes } from '../codecs/contract.js';
import { packRows } from '../codecs/images.js';
import type { EncoderPool, StatelessCodec } from '../display/images/encoders.js';
import type { JpegPool } from '../display/streams/jpeg-frames.js';
import { JobBuffers } from './job-buffers.js';
import type { EncodeJob, WorkerAnswer } from './messages.js';

export interface WorkerPoolOptions {
  /** Threads; 0: nothing is ever taken. */
  readonly workers: number;
  /** Default 256 KiB: see benchmarks/README.md. */
  readonly minPixelBytes?: number;
  /** Bytes of pixels that may be on their way; default 64 MiB. */
  readonly maxBytes?: number;
  /** ms that encoding 1 MiB of pixels may take, on top of `stuckMs`; default 500. */
  readonly stuckMsPerMiB?: number;
  /** ms after which a thread that encodes an image counts as crashed; default 5000. */
  readonly stuckMs?: number;
  /** Threads that may end unasked before the pool gives up; default 8. */
  readonly maxCrashes?: number;
  /** What a thread runs. */
  readonly workerUrl?: URL;
  readonly log?: (message: string) => void;
}

const defaults = {
  minPixelBytes: 256 * 1024,
  maxBytes: 64 * 1024 * 1024,
  stuckMs: 5000,
  stuckMsPerMiB: 500,
  maxCrashes: 8,
} as const;

/** An image could not be encoded by a worker, or none is there any more. */
export class EncoderPoolError extends Error {
  override readonly name = 'EncoderPoolError';
  readonly code = 'ERR_ENCODER_POOL';
}

interface Job extends EncodeJob {
  readonly resolve: (bytes: Uint8Array | null) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Job | null;
  /** Ends the thread when its job takes too long. */
  alarm: NodeJS.Timeout | null;
}

/**
 * Threads that encode large images. They are started by the first large image; those that come before a thread is
 * ready are refused, so that nobody waits for it. A thread that crashes, or takes far too long, fails the image it has,
 * and is replaced.
 */
export class WorkerPool implements EncoderPool, JpegPool {
  readonly parallel: number;
  readonly minPixelBytes: number;
  readonly #options: WorkerPoolOptions;
  readonly #buffers: JobBuffers;
  readonly #threads = new Set<Thread>();
  /** Jobs that wait for a thread, oldest first. */
  #waiting: Job[] = [];
  #nextId = 0;
  #crashesLeft: number;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // One more than there are threads, so that none is idle until its result has been fetched.
    this.parallel = options.workers === 0 ? 0 : options.workers + 1;
    this.minPixelBytes = options.minPixelBytes ?? defaults.minPixelBytes;
    this.#buffers = new JobBuffers(options.maxBytes ?? defaults.maxBytes);
    this.#crashesLeft = options.maxCrashes ?? defaults.maxCrashes;
  }

  /** Threads that are there. */
  get threads(): number {
    return this.#threads.size;
  }

  /** Bytes of memory for pixels. */
  get bytes(): number {
    return this.#buffers.bytes;
  }

  encode(codec: StatelessCodec, image: PixelImage): Promise<Uint8Array | null> | null {
    return this.#encode({ codec, quality: undefined }, image);
  }

  encodeJpeg(image: PixelImage, quality: number): Promise<Uint8Array | null> | null {
    return this.#encode({ codec: 'jpeg', quality }, image);
  }

  #encode(how: Pick<EncodeJob, 'codec' | 'quality'>, image: PixelImage): Promise<Uint8Array | null> | null {
    this.#start();
    if (![...this.#threads].some(({ ready }) => ready)) return null;
    const { format, width, height, topDown } = image;
    const stride = rowBytes(format, width);
    const pixels = this.#buffers.take(stride * height);
    if (pixels === null) return null;
    packRows(image, stride, 0, height, new Uint8Array(pixels), 0);
    return new Promise((resolve, reject) => {
      const shape = { format, width, height, stride, topDown };
      this.#waiting.push({ id: this.#nextId++, ...how, shape, pixels, resolve, reject });
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    const jobs = [...this.#waiting, ...threads.flatMap(({ job }) => job ?? [])];
    this.#waiting = [];
    for (const thread of threads) calm(thread);
    for (const job of jobs) this.#fail(job, 'the pool closes');
    this.#buffers.shrink();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  /** Brings the threads up to their number. */
  #start(): void {
    while (!this.#closed && this.#threads.size < this.#options.workers && this.#crashesLeft > 0) {
      const worker = new Worker(this.#options.workerUrl ?? new URL('./worker.js', import.meta.url));
      const thread: Thread = { worker, ready: false, job: null, alarm: null };
      this.#threads.add(thread);
      // the server decides how long the process lives
      worker.unref();
      let reason = 'it ended by itself';
      worker.on('message', (message: WorkerAnswer) => this.#receive(thread, message));
      worker.on('error', (error) => {
        reason = error instanceof Error ? error.message : String(error);
      });
      worker.on('exit', () => this.#ended(thread, reason));
    }
  }

  #receive(thread: Thread, message: WorkerAnswer): void {
    if (!this.#threads.has(thread)) return;
    const { job } = thread;
    calm(thread);
    thread.job = null;
    thread.ready = true;
    if (message.type !== 'ready' && job !== null && job.id === message.id) {
      if (message.type === 'failed') this.#fail(job, message.reason);
      else {
        this.#buffers.giveBack(job.pixels);
        job.resolve(message.bytes);
      }
    }
    this.#assign();
  }

  #ended(thread: Thread, reason: string): void {
    if (!this.#threads.delete(thread)) return;
    calm(thread);
    this.#crashesLeft--;
    this.#options.log?.(`an encoder thread crashed: ${reason}`);
    if (thread.job !== null) this.#fail(thread.job, reason);
    if (this.#waiting.length === 0) return;
    this.#start();
    if (this.#threads.size > 0) return;
    for (const job of this.#waiting.splice(0)) this.#fail(job, 'no thread is left');
  }

  #assign(): void {
    for (const thread of this.#threads) {
      if (!thread.ready || thread.job !== null) continue;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      thread.job = job;
      this.#watch(thread, job);
      const { id, codec, quality, shape, pixels } = job;
      thread.worker.postMessage({ id, codec, quality, shape, pixels } satisfies EncodeJob);
    }
  }

  /** A thread that does not come to an end with its job is ended. */
  #watch(thread: Thread, { shape }: Job): void {
    const { stuckMs = defaults.stuckMs, stuckMsPerMiB = defaults.stuckMsPerMiB } = this.#options;
    const limit = stuckMs + (stuckMsPerMiB * shape.stride * shape.height) / (1024 * 1024);
    thread.alarm = setTimeout(() => {
      this.#ended(thread, `it encoded one image for more than ${Math.round(limit)} ms`);
      void thread.worker.terminate();
    }, limit);
    thread.alarm.unref();
  }

  #fail(job: Job, reason: string): void {
    this.#buffers.giveBack(job.pixels);
    job.reject(new EncoderPoolError(reason));
  }
}

function calm(thread: Thread): void {
  if (thread.alarm !== null) clearTimeout(thread.alarm);
  thread.alarm = null;
}
