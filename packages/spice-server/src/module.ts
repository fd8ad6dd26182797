import { randomInt } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import { type ModuleEntry, moduleInterfaceVersion } from '@lazyspice/core';
import { ModuleHost } from './bridge/module-host.js';
import { SpiceServer } from './server/server.js';

/** What core loads: the server behind a port, in a thread of its own or inline. */
export const lazyspiceModule: ModuleEntry = {
  name: 'spice-server',
  interfaceVersion: moduleInterfaceVersion,
  start(port: MessagePort): void {
    const server = new SpiceServer({
      clock: {
        now: () => performance.now(),
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      randomId: () => randomInt(1, 2 ** 32),
      events: (event) => port.postMessage({ type: 'event', event }),
    });
    new ModuleHost(port, server).start();
  },
};
