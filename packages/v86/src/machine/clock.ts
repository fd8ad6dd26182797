import type { MachineClock } from '@lazyspice/core';

/** The host's monotonic clock and timers. */
export const hostClock: MachineClock = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};
