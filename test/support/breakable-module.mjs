// The SPICE server's module, the real one, in a thread that can be broken: it listens on the broadcast channel
// `break-module` for how. Only tests define a module like this.
import { BroadcastChannel } from 'node:worker_threads';
import { lazyspiceModule as real } from '@lazyspice/spice-server/module';

const ways = {
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('broken on purpose');
  },
  hoard: () => {
    const hoard = [];
    for (;;) hoard.push(new Array(100_000).fill(0).map((_, i) => ({ i })));
  },
  spin: () => {
    for (;;);
  },
};

export const lazyspiceModule = {
  ...real,
  start(port) {
    real.start(port);
    const channel = new BroadcastChannel('break-module');
    channel.unref();
    channel.onmessage = ({ data }) => ways[data]();
  },
};
