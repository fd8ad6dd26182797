/** The first file of an isolate's worker thread: imports the module and starts it on its port. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { importEntry } from './entry.js';
import { ModuleError } from './errors.js';

export type HostMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly code: ModuleError['code']; readonly reason: string };

const { name, url, port } = workerData as { name: string; url: string; port: MessagePort };
const answer = (message: HostMessage): void => parentPort?.postMessage(message);

try {
  const entry = await importEntry(name, url);
  entry.start?.(port);
  answer({ type: 'ready' });
} catch (error) {
  answer({
    type: 'refused',
    code: error instanceof ModuleError ? error.code : 'ERR_MODULE_LOAD',
    reason: error instanceof Error ? error.message : String(error),
  });
  port.close();
}
