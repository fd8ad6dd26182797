import type { PlaybackServer, RecordServer, SoundFormat } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../virtual-clock.js';
import { Microphone } from './microphone.js';
import { bell, Speaker, tone } from './speaker.js';

class Listener implements PlaybackServer {
  readonly calls: string[] = [];
  readonly sound: number[] = [];
  start(format: SoundFormat): void {
    this.calls.push(`start ${format.frequency}`);
  }
  samples(buffer: ArrayBuffer): void {
    this.sound.push(...new Int16Array(buffer));
  }
  stop(): void {
    this.calls.push('stop');
  }
  setVolume(volumes: readonly number[]): void {
    this.calls.push(`volume ${volumes.join(' ')}`);
  }
  setMute(muted: boolean): void {
    this.calls.push(`mute ${muted}`);
  }
}

describe('the speaker', () => {
  it('plays a tone in time, without a seam', () => {
    const clock = new VirtualClock();
    const speaker = new Speaker(clock);
    const server = new Listener();
    speaker.device.attached?.(server);
    speaker.play(tone(1000, 10_000));
    clock.advance(1000);
    speaker.stop();
    clock.advance(1000);
    expect(server.calls).toEqual(['volume 65535 65535', 'mute false', 'start 48000', 'stop']);
    expect(server.sound.length).toBe(96_000);
    for (const step of [12, 13, 47_999]) {
      const value = Math.round(10_000 * Math.sin((2 * Math.PI * 1000 * step) / 48_000));
      expect(server.sound.slice(step * 2, step * 2 + 2)).toEqual([value, value]);
    }
  });

  it('begins again for a new server, and leaves out what nobody heard', () => {
    const clock = new VirtualClock();
    const speaker = new Speaker(clock);
    speaker.play(tone(1000, 10_000));
    speaker.isMuted = true;
    clock.advance(5000);
    const server = new Listener();
    speaker.device.attached?.(server);
    clock.advance(20);
    expect(server.calls).toEqual(['volume 65535 65535', 'mute true', 'start 48000']);
    expect(server.sound.length).toBe(2 * 48 * 200);
    speaker.device.detached?.();
    clock.advance(1000);
    expect(server.sound.length).toBe(2 * 48 * 200);
  });

  it('ends with its wave', () => {
    const clock = new VirtualClock();
    const speaker = new Speaker(clock);
    const server = new Listener();
    speaker.device.attached?.(server);
    speaker.play(bell(880, 8000, 0.05));
    clock.advance(500);
    expect(server.calls.slice(2)).toEqual(['start 48000', 'stop']);
    expect(server.sound.length).toBe(2 * 0.05 * 48_000);
    expect(Math.max(...server.sound)).toBeGreaterThan(6000);
  });
});

it('the microphone says each second what it hears', () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const microphone = new Microphone(clock, (line) => lines.push(line));
  const formats: SoundFormat[] = [];
  const server: RecordServer = {
    start: (format) => formats.push(format),
    stop: () => {},
    setVolume: () => {},
    setMute: () => {},
  };
  const { device } = microphone;
  device.attached?.(server);
  expect(formats).toEqual([{ frequency: 48_000, channels: 2, sampleFormat: 's16' }]);
  clock.advance(5000);
  expect(lines).toEqual([]);
  device.start();
  for (let at = 0; at < 150; at++) {
    clock.advance(10);
    const samples = Int16Array.from({ length: 960 }, (_, i) =>
      Math.round(12_000 * Math.sin((2 * Math.PI * 700 * (at * 480 + (i >> 1))) / 48_000)),
    );
    device.samples(samples.buffer);
  }
  device.stop();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^record frames=475?20 hz=(?:699|700)\.\d rms=848\d$/);
  expect(lines[1]).toMatch(/^record frames=24480 hz=(?:699|700|701)\.\d rms=84\d\d$/);
});
