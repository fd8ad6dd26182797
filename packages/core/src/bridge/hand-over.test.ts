import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { handOver } from './hand-over.js';

/** What the other side of a port receives of these arguments. */
const across = (given: readonly unknown[]): unknown => {
  const { port1, port2 } = new MessageChannel();
  const { args, transfer } = handOver(given);
  port1.postMessage(args, transfer);
  const { message } = receiveMessageOnPort(port2) as { message: unknown };
  port1.close();
  return message;
};

describe('arguments of a method behind a port', () => {
  it('are what they were', () => {
    expect(across([1, 'two', [3], Uint8Array.of(4, 5)])).toEqual([1, 'two', [3], Uint8Array.of(4, 5)]);
  });

  it('go without the rest of the buffer that they are a part of', () => {
    const whole = new Uint8Array(100_000).fill(7);
    for (const length of [3, 50_000]) {
      const [part] = across([whole.subarray(10, 10 + length)]) as [Uint8Array];
      expect(part.buffer.byteLength).toBe(length);
      expect(part.every((byte) => byte === 7)).toBe(true);
    }
    expect(whole.length).toBe(100_000);
  });

  it('are not copied when they are large and all of their buffer', () => {
    const large = new Uint8Array(100_000).fill(8);
    const [there] = across([large]) as [Uint8Array];
    expect(large.length).toBe(0);
    expect(there.length).toBe(100_000);
    const samples = new ArrayBuffer(8);
    across([samples]);
    expect(samples.byteLength).toBe(0);
  });

  it('may come from shared memory and from the pool of Buffer', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(10_000)).fill(9);
    const [copy] = across([shared]) as [Uint8Array];
    expect(copy.buffer).toBeInstanceOf(ArrayBuffer);
    expect(copy.every((byte) => byte === 9)).toBe(true);
    expect(across([Buffer.from('pooled')])).toEqual([new Uint8Array(Buffer.from('pooled'))]);
  });
});
