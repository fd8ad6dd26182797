import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRingMemory, RingConsumer, RingProducer } from './command-ring.js';

const ring = (capacity = 4096): { producer: RingProducer; consumer: RingConsumer } => {
  const memory = createRingMemory(capacity);
  return { producer: new RingProducer(memory), consumer: new RingConsumer(memory) };
};

describe('command ring', () => {
  it('hands records on in order and in one piece, whatever their sizes and however it wraps', () => {
    const action = fc.oneof(
      fc.record({ put: fc.uint8Array({ maxLength: 512 }) }),
      fc.constant({ beside: true }),
      fc.constant({ take: true }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const { producer, consumer } = ring();
        const model: (number[] | 'beside')[] = [];
        const take = (): void => {
          const record = consumer.peek();
          expect(record instanceof Uint8Array ? [...record] : record).toEqual(model.shift() ?? null);
          if (record !== null) consumer.release();
        };
        for (const step of actions) {
          if ('put' in step) {
            const half = step.put.length >> 1;
            const pieces = [step.put.subarray(0, half), step.put.subarray(half)];
            if (producer.put(pieces, step.put.length)) model.push([...step.put]);
            else expect(model.length).toBeGreaterThan(0);
          } else if ('beside' in step) {
            if (producer.putBeside()) model.push('beside');
          } else {
            take();
          }
        }
        while (model.length > 0) take();
        expect(consumer.peek()).toBe(null);
      }),
    );
  });

  it('wakes an idle consumer once', () => {
    const { producer, consumer } = ring();
    expect(producer.claimWake()).toBe(false);
    expect(consumer.idle()).toBe(true);
    producer.put([Uint8Array.of(1)], 1);
    expect(producer.claimWake()).toBe(true);
    expect(producer.claimWake()).toBe(false);
  });

  it('does not let the consumer sleep over a record', () => {
    const { producer, consumer } = ring();
    producer.put([Uint8Array.of(1)], 1);
    expect(consumer.idle()).toBe(false);
  });

  it('tells a waiting producer once that half the ring is free', () => {
    const { producer, consumer } = ring();
    const record = new Uint8Array(500);
    while (producer.put([record], record.length));
    expect(producer.requestSpace()).toBe(true);
    expect(consumer.claimSpace()).toBe(false);
    while (consumer.peek() !== null) consumer.release();
    expect(consumer.claimSpace()).toBe(true);
    expect(consumer.claimSpace()).toBe(false);
    expect(producer.requestSpace()).toBe(false);
  });

  it('knows when everything that was there at a time has been taken, around the end of the ring too', () => {
    const { producer, consumer } = ring();
    const record = new Uint8Array(300);
    for (let i = 0; i < 100; i++) {
      producer.put([record], record.length);
      producer.put([record], record.length);
      const place = consumer.head;
      producer.put([record], record.length);
      const passed = [0, 1, 2].map(() => {
        consumer.peek();
        consumer.release();
        return consumer.hasPassed(place);
      });
      expect(passed).toEqual([false, true, true]);
    }
  });

  it('refuses nonsense in shared memory', () => {
    const memory = createRingMemory(4096);
    const producer = new RingProducer(memory);
    producer.put([Uint8Array.of(1, 2, 3)], 3);
    new Uint32Array(memory, 64)[0] = 4000;
    expect(() => new RingConsumer(memory).peek()).toThrow(RangeError);
    expect(() => createRingMemory(5000)).toThrow(RangeError);
  });
});
