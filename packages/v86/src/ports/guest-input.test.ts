import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GuestInput } from './guest-input.js';

/** A clock whose timers run when they are told to. */
function manualClock() {
  let timers: (() => void)[] = [];
  return {
    now: () => 0,
    after(_delay: number, callback: () => void) {
      timers.push(callback);
      return () => {
        timers = timers.filter((t) => t !== callback);
      };
    },
    fire() {
      for (const timer of timers.splice(0)) timer();
    },
    get pending() {
      return timers.length;
    },
  };
}

describe('GuestInput', () => {
  it('gives every byte once and in order, whatever room the guest has', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });
    const rooms = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, rooms, async (sent, room) => {
        const clock = manualClock();
        const got: number[] = [];
        let turn = 0;
        const input = new GuestInput(clock, (bytes) => {
          const given = bytes.subarray(0, room[turn++] ?? 64);
          got.push(...given);
          return given.length;
        });
        const done = sent.map((bytes) => input.push(bytes));
        while (clock.pending > 0) clock.fire();
        await Promise.all(done);
        expect(got).toEqual(sent.flatMap((bytes) => [...bytes]));
      }),
    );
  });

  it('tells the pushers of what is cleared away, and tries no more', async () => {
    const clock = manualClock();
    const input = new GuestInput(clock, () => 0);
    const done = [input.push(Uint8Array.of(1)), input.push(Uint8Array.of(2))];
    expect(clock.pending).toBe(1);
    input.clear();
    await Promise.all(done);
    expect(clock.pending).toBe(0);
  });
});
