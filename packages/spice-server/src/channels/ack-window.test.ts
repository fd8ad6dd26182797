import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AckWindow } from './ack-window.js';

const send = (window: AckWindow, count: number): void => {
  for (let i = 0; i < count; i++) window.sent();
};

describe('AckWindow', () => {
  it('is open for two windows of messages and closes with the next', () => {
    const window = new AckWindow();
    expect(window.announce()).toEqual({ generation: 1, window: 20 });
    window.sync(1);
    send(window, 40);
    expect(window.isOpen).toBe(true);
    window.sent();
    expect(window.isOpen).toBe(false);
    window.acknowledge();
    expect(window.isOpen).toBe(true);
    send(window, 20);
    expect(window.isOpen).toBe(false);
  });

  it('counts an ACK only when it is of the newest generation', () => {
    const window = new AckWindow(40);
    window.announce();
    send(window, 81);
    window.acknowledge();
    expect(window.isOpen).toBe(false);
    window.sync(1);
    window.acknowledge();
    expect(window.isOpen).toBe(true);
    expect(window.announce()).toEqual({ generation: 2, window: 40 });
    send(window, 81);
    window.acknowledge();
    expect(window.isOpen).toBe(false);
  });

  it('takes surplus ACKs for nothing', () => {
    const window = new AckWindow(5);
    window.announce();
    window.sync(1);
    for (let i = 0; i < 9; i++) window.acknowledge();
    send(window, 11);
    expect(window.isOpen).toBe(false);
  });

  it('never stops a client that acknowledges every window, and never runs further ahead than two', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.boolean(), { maxLength: 400 }),
        (size, steps) => {
          const window = new AckWindow(size);
          window.announce();
          window.sync(1);
          let sent = 0;
          let received = 0;
          for (const isSend of steps) {
            if (isSend && window.isOpen) {
              window.sent();
              sent++;
            } else if (!isSend && received < sent && ++received % size === 0) {
              window.acknowledge();
            }
            expect(sent - received).toBeLessThanOrEqual(2 * size + 1);
            if (sent === received) expect(window.isOpen).toBe(true);
          }
        },
      ),
    );
  });
});
