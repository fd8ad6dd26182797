import { type CharDeviceInterface, charDeviceWindow } from '@lazyspice/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CharDeviceError, CharPipe, type CharService } from './char-pipe.js';

let calls: unknown[];
let pipe: CharPipe;

const device: CharDeviceInterface = {
  kind: 'chardev',
  type: 'port',
  name: 'serial0',
  portName: 'org.qemu.console.serial.0',
  clientOpened: (open) => calls.push(['clientOpened', open]),
  receive: (bytes) => calls.push(['receive', [...bytes]]),
  grant: (bytes) => calls.push(['grant', bytes]),
  receiveBreak: () => calls.push(['receiveBreak']),
  detached: () => calls.push(['detached']),
};
const service: CharService = {
  guestOpened: (open) => calls.push(['guestOpened', open]),
  data: (bytes) => calls.push(['data', [...bytes]]),
  writable: () => calls.push(['writable']),
  guestBreak: () => calls.push(['guestBreak']),
  removed: () => calls.push(['removed']),
};

beforeEach(() => {
  calls = [];
  pipe = new CharPipe(device, (error) => calls.push([(error as CharDeviceError).code]));
  pipe.serve(service);
});

describe('a character device', () => {
  it('is heard while its guest has it open, and is given back at once what it sends otherwise', () => {
    pipe.send(Uint8Array.of(1, 2));
    pipe.setOpen(true);
    pipe.setOpen(true);
    pipe.send(Uint8Array.of(3));
    pipe.sendBreak();
    pipe.setOpen(false);
    pipe.sendBreak();
    expect(calls).toEqual([
      ['grant', 2],
      ['guestOpened', true],
      ['data', [3]],
      ['guestBreak'],
      ['guestOpened', false],
    ]);
  });

  it('is written to as far as it has granted, while it is open', () => {
    expect(pipe.room).toBe(0);
    expect(() => pipe.write(Uint8Array.of(1))).toThrow(RangeError);
    pipe.setOpen(true);
    pipe.write(new Uint8Array(charDeviceWindow - 1));
    expect(pipe.room).toBe(1);
    expect(() => pipe.write(new Uint8Array(2))).toThrow(RangeError);
    calls.length = 0;
    pipe.grant(5);
    expect(pipe.room).toBe(6);
    pipe.writeBreak();
    expect(calls).toEqual([['writable'], ['receiveBreak']]);
  });

  it('that sends more than it may is given up', () => {
    pipe.setOpen(true);
    for (let sent = 0; sent < charDeviceWindow; sent += 65_536) pipe.send(new Uint8Array(65_536));
    pipe.send(new Uint8Array(1));
    expect(calls.at(-1)).toEqual(['ERR_CHARDEV_CREDIT']);
  });

  it('that grants what nobody spent is given up', () => {
    for (const nonsense of [1, -1, Number.NaN, 0.5, Number.POSITIVE_INFINITY]) {
      calls.length = 0;
      pipe.grant(nonsense);
      expect(calls).toEqual([['ERR_CHARDEV_CREDIT']]);
    }
  });

  it('hears of clients once for each change', () => {
    for (const open of [false, true, true, false]) pipe.setClientOpen(open);
    expect(calls).toEqual([
      ['clientOpened', true],
      ['clientOpened', false],
    ]);
  });

  it('does nothing more when it was removed', () => {
    pipe.setOpen(true);
    calls.length = 0;
    pipe.remove();
    pipe.remove();
    pipe.send(Uint8Array.of(1));
    pipe.grant(99);
    pipe.setOpen(false);
    pipe.setClientOpen(true);
    pipe.taken(3);
    pipe.writeBreak();
    pipe.sendBreak();
    expect(pipe.room).toBe(0);
    expect(calls).toEqual([['removed'], ['detached']]);
  });

  it('never has more under way than the window, whatever both sides do', () => {
    const step = fc.oneof(
      fc.record({ send: fc.nat(100_000) }),
      fc.record({ taken: fc.nat(100_000) }),
      fc.record({ open: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let credit = charDeviceWindow;
        let kept = 0;
        const strict = new CharPipe({ ...device, grant: (bytes) => (credit += bytes) }, (error) => {
          throw error;
        });
        strict.serve({ ...service, data: (bytes) => (kept += bytes.length) });
        for (const one of steps) {
          if ('open' in one) {
            strict.setOpen(one.open);
          } else if ('send' in one) {
            const bytes = Math.min(one.send, credit);
            credit -= bytes;
            strict.send(new Uint8Array(bytes));
          } else {
            const bytes = Math.min(one.taken, kept);
            kept -= bytes;
            strict.taken(bytes);
          }
          expect(credit + kept).toBe(charDeviceWindow);
        }
      }),
    );
  });
});
