import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplayOptions, ReplayResult } from '@lazyspice/core';
import { openRecording } from './open-recording.js';
import { playRecording } from './player.js';

/** Plays a recording file (`openRecording`) to a worker in real time; see `playRecording`. */
export function playFile(file: string, options: ReplayOptions): Promise<ReplayResult> {
  return playRecording({
    ...options,
    events: () => openRecording(file),
    now: () => performance.now(),
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
}
