import type { MachineClock, PlaybackServer } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import type { V86Emulator } from '../emulator/internals.js';
import { interleave, playableRate, Sb16Playback } from './sb16-playback.js';

/** Time that goes on in steps of one millisecond. */
class StepClock implements MachineClock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  after(delay: number, callback: () => void): () => void {
    const timer = { at: this.#now + delay, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
  }
  pass(milliseconds: number): void {
    for (let i = 0; i < milliseconds; i++) {
      this.#now++;
      const due = this.#timers.filter((t) => t.at <= this.#now);
      this.#timers = this.#timers.filter((t) => t.at > this.#now);
      for (const { callback } of due) callback();
    }
  }
}

/** A card that has `block` frames at each request while it has any. */
function machine(hertz: number, block = 64) {
  const listeners = new Map<string, (value: unknown) => void>();
  const card = { sampling_rate: hertz, dma_bytes_left: 0, dma_paused: false };
  const state = { left: 0, requests: 0 };
  const emulator = {
    bus: {
      send() {
        state.requests++;
        const frames = Math.min(block, state.left);
        state.left -= frames;
        const half = new Float32Array(frames).fill(0.5);
        if (frames > 0) listeners.get('dac-send-data')?.([half, half]);
      },
    },
    v86: { cpu: { devices: { sb16: card } } },
    add_listener: (name: string, listener: (value: unknown) => void) => void listeners.set(name, listener),
  } as unknown as V86Emulator;
  const clock = new StepClock();
  const playback = new Sb16Playback(emulator, clock);
  const calls: unknown[] = [];
  let frames = 0;
  const server: PlaybackServer = {
    start: (format) => void calls.push(format.frequency),
    samples: (buffer) => {
      frames += buffer.byteLength / 4;
    },
    stop: () => void calls.push('stop'),
    setVolume: () => {},
    setMute: () => {},
  };
  playback.attached(server);
  playback.setRunning(true);
  return {
    clock,
    playback,
    calls,
    card,
    state,
    frames: () => frames,
    say: (name: string) => listeners.get(name)?.(0),
  };
}

describe('Sb16Playback', () => {
  it('plays as fast as the clock goes, from the first sample to the end', () => {
    const m = machine(22_050);
    m.state.left = 1e6;
    m.say('dac-enable');
    m.clock.pass(1000);
    expect(m.frames()).toBeGreaterThanOrEqual(22_050 - 221);
    expect(m.frames()).toBeLessThanOrEqual(22_050 + 64);
    m.say('dac-disable');
    const before = m.frames();
    m.clock.pass(100);
    expect(m.frames()).toBe(before);
    expect(m.calls).toEqual([22_050, 'stop']);
  });

  it('takes a guest that gives nothing any more for silent, and goes on when it does', () => {
    const m = machine(8000);
    m.state.left = 800;
    m.say('dac-enable');
    m.clock.pass(700);
    expect(m.calls).toEqual([8000, 'stop']);
    m.state.left = 800;
    m.clock.pass(50);
    expect(m.calls).toEqual([8000, 'stop', 8000]);
  });

  it('does not hurry after what the host or the guest was too late for', () => {
    const m = machine(8000);
    m.say('dac-enable');
    m.clock.pass(400);
    m.state.left = 1e6;
    m.clock.pass(100);
    expect(m.frames()).toBeLessThanOrEqual((200 + 100 + 10) * 8 + 64);
  });

  it('asks for nothing while the machine is paused', () => {
    const m = machine(8000);
    m.say('dac-enable');
    m.clock.pass(50);
    m.playback.setRunning(false);
    const before = m.state.requests;
    m.clock.pass(100);
    expect(m.state.requests).toBe(before);
  });

  it('goes on by what a restored card does, and begins anew for a new server', () => {
    const m = machine(44_100);
    m.state.left = 1e6;
    m.card.dma_bytes_left = 4;
    m.playback.refresh();
    m.clock.pass(20);
    expect(m.calls).toEqual([44_100]);
    const starts: number[] = [];
    m.playback.attached({
      start: (f) => void starts.push(f.frequency),
      samples: () => {},
      stop: () => {},
      setVolume: () => {},
      setMute: () => {},
    });
    m.clock.pass(20);
    expect(starts).toEqual([44_100]);
  });
});

describe('playableRate', () => {
  it('keeps what clients take, repeats and skips for the rest, and refuses what is no sound', () => {
    expect(playableRate(44_100)).toEqual({ frequency: 44_100, repeat: 1, skip: 1 });
    expect(playableRate(5000)).toEqual({ frequency: 10_000, repeat: 2, skip: 1 });
    expect(playableRate(1e6 / 8)).toEqual({ frequency: 41_667, repeat: 1, skip: 3 });
    for (const wrong of [0, -1, 999, Number.NaN, Number.POSITIVE_INFINITY])
      expect(playableRate(wrong)).toBeNull();
  });
});

describe('interleave', () => {
  it('repeats and skips whole frames', () => {
    const left = Float32Array.of(1, 0, -1);
    const right = Float32Array.of(0, 1, 0);
    const twice = interleave(left, right, { frequency: 8000, repeat: 2, skip: 1 });
    expect([...twice]).toEqual([32_767, 0, 32_767, 0, 0, 32_767, 0, 32_767, -32_767, 0, -32_767, 0]);
    expect([...interleave(left, right, { frequency: 8000, repeat: 1, skip: 2 })]).toEqual([
      32_767, 0, -32_767, 0,
    ]);
  });
});
