import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { importEntry } from './entry.js';
import { ModuleError } from './errors.js';
import type { HostMessage } from './worker-host.js';

/** Memory bounds of an isolate's thread, in MB; beyond them the thread ends, not the process. */
export interface IsolateLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
}

/** A module that runs beside the emulator and is spoken to through `port`. */
export interface Isolate {
  readonly port: MessagePort;
  /** In this thread: has it handle, within the call, what was posted to it. Null: it runs by itself. */
  readonly deliver: (() => void) | null;
  /** Ends it and gives its memory back. */
  end(): Promise<void>;
}

type OnCrash = (reason: string) => void;

/** Starts `url` in a worker thread. `onCrash` is called when it ends without having been asked to. */
export async function startWorker(
  name: string,
  url: string,
  limits: IsolateLimits,
  onCrash: OnCrash,
): Promise<Isolate> {
  const channel = new MessageChannel();
  const worker = new Worker(new URL('./worker-host.js', import.meta.url), {
    workerData: { name, url, port: channel.port2 },
    transferList: [channel.port2],
    resourceLimits: { ...limits },
    name,
  });
  let running = false;
  let ending = false;
  let reason: string | undefined;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      channel.port1.close();
      if (running && !ending) onCrash(reason ?? `its thread ended with code ${code}`);
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      reject(new ModuleError('ERR_MODULE_LOAD', name, `module '${name}' failed to start: ${reason}`, error));
    });
    worker.once('message', (message: HostMessage) => {
      if (message.type === 'ready') resolve();
      else reject(new ModuleError(message.code, name, message.reason));
    });
    worker.once('exit', () =>
      reject(new ModuleError('ERR_MODULE_LOAD', name, `module '${name}' ended while starting`)),
    );
  }).catch(async (error: unknown) => {
    ending = true;
    await worker.terminate();
    throw error;
  });
  running = true;
  return {
    port: channel.port1,
    deliver: null,
    async end() {
      ending = true;
      await worker.terminate();
      await exited;
    },
  };
}

/** Starts `url` in this thread, behind the same kind of port. */
export async function startInline(name: string, url: string): Promise<Isolate> {
  const entry = await importEntry(name, url);
  const channel = new MessageChannel();
  entry.start?.(channel.port2);
  return {
    port: channel.port1,
    deliver() {
      for (let next = receiveMessageOnPort(channel.port2); next !== undefined; ) {
        channel.port2.emit('message', next.message);
        next = receiveMessageOnPort(channel.port2);
      }
    },
    async end() {
      const closed = new Promise<void>((resolve) => channel.port2.once('close', resolve));
      channel.port1.close();
      await closed;
    },
  };
}
