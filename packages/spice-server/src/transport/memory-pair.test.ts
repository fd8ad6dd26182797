import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStream } from './memory-pair.js';

let one: MemoryStream;
let two: MemoryStream;
let log: string[];

const listen = (stream: MemoryStream, name: string): void => {
  stream.handlers = {
    data: (bytes) => log.push(`${name}: ${[...bytes]}`),
    drained: () => log.push(`${name} drained`),
    closed: () => log.push(`${name} closed`),
  };
};

beforeEach(() => {
  log = [];
  [one, two] = MemoryStream.pair();
  listen(one, 'one');
  listen(two, 'two');
});

describe('a pair of streams', () => {
  it('carries bytes when they are delivered, as many as wanted', () => {
    one.write([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    expect([log, one.pendingBytes]).toEqual([[], 4]);
    expect(one.deliver(2)).toBe(2);
    expect(one.pendingBytes).toBe(2);
    expect(one.deliver()).toBe(2);
    expect(one.deliver()).toBe(0);
    expect(log).toEqual(['two: 1,2', 'two: 3', 'two: 4', 'one drained']);
  });

  it('copies what is written', () => {
    const bytes = Uint8Array.of(7);
    one.write([bytes]);
    bytes[0] = 9;
    one.deliver();
    expect(log[0]).toBe('two: 7');
  });

  it('closes both ends at once, dropping what is on the way', () => {
    one.write([Uint8Array.of(1)]);
    two.destroy();
    one.destroy();
    one.write([Uint8Array.of(2)]);
    expect(one.deliver()).toBe(0);
    expect(log).toEqual(['two closed', 'one closed']);
    expect([one.isClosed, two.isClosed, one.pendingBytes]).toEqual([true, true, 0]);
  });

  it('ends when everything has been delivered', () => {
    one.write([Uint8Array.of(1, 2)]);
    one.end();
    one.deliver(1);
    expect(two.isClosed).toBe(false);
    one.deliver();
    expect(log).toEqual(['two: 1', 'two: 2', 'one drained', 'one closed', 'two closed']);
    const [three] = MemoryStream.pair();
    three.end();
    expect(three.isClosed).toBe(true);
  });

  it('says nothing more to an end that was closed by what it received', () => {
    two.handlers = {
      ...two.handlers,
      data: () => {
        two.destroy();
      },
    };
    one.write([Uint8Array.of(1), Uint8Array.of(2)]);
    expect(one.deliver()).toBe(1);
    expect(log).toEqual(['two closed', 'one closed']);
  });
});
