import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { type ModuleEntry, moduleInterfaceVersion } from '@lazyspice/core';
import { ModuleHost } from './bridge/module-host.js';
import { findNativeJpeg } from './codecs/jpeg/native-jpeg.js';
import { warmUpEncoders } from './codecs/warm-up.js';
import { WorkerPool } from './encoder-pool/pool.js';
import { SpiceServer } from './server/server.js';
import { inheritedSockets } from './transport/inherited-sockets.js';

/** Threads that encode large images: as many as there are cores besides the server's own. */
function encoderThreads(): number {
  const asked = Number(process.env.LAZYSPICE_ENCODER_THREADS ?? Number.NaN);
  return Number.isInteger(asked) && asked >= 0 ? asked : availableParallelism() - 1;
}

/** Takes a step in each turn of the event loop, between which whatever arrives is answered. */
function stepByStep(steps: Iterator<void>): void {
  if (steps.next().done !== true) setImmediate(() => stepByStep(steps));
}

/** What core loads: the server behind a port, in a thread of its own or inline. */
export const lazyspiceModule: ModuleEntry = {
  name: 'spice-server',
  interfaceVersion: moduleInterfaceVersion,
  start(port: MessagePort): void {
    const log = (message: string): void =>
      port.postMessage({ type: 'event', event: { event: 'log', level: 'error', message } });
    let isWarm = false;
    const server = new SpiceServer({
      clock: {
        now: () => performance.now(),
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      randomId: () => randomInt(1, 2 ** 32),
      inherited: inheritedSockets(process.env, process.pid),
      videoProcesses: async (tell) => {
        const { FfmpegSource } = await import('./video-process/ffmpeg.js');
        return FfmpegSource.probe({ log: tell });
      },
      events(event) {
        port.postMessage({ type: 'event', event });
        if (isWarm || event.event !== 'connection') return;
        // the first client still has channels to open before anything is encoded for it
        isWarm = true;
        setImmediate(() => stepByStep(warmUpEncoders()));
      },
      encoderPool: new WorkerPool({ workers: encoderThreads(), log }),
    });
    void findNativeJpeg();
    new ModuleHost(port, server).start();
  },
};
