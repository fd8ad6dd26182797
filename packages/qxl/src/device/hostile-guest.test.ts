/** Attacks that QXL devices have fallen to, and kinds of them: qxl-device §14. */
import { describe, expect, it } from 'vitest';
import { copy, draw, fill, imageOf, imageOfSurface, rectAt, surface } from '../recording/builder.js';
import { type Bench, bench, mebi } from './device.test-support.js';
import { commandTypes, createSurfaceLayout, interruptBits, ports, ramLayout, ringLayout } from './layout.js';
import { LinuxGuest } from './linux-guest.test-support.js';

const red = fill(rectAt(0, 0, 4, 4), 0xff0000);
function native(options: ConstructorParameters<typeof LinuxGuest>[0] = {}): LinuxGuest {
  const guest = new LinuxGuest(options).probe();
  guest.createPrimary({ width: 64, height: 48, memory: 1n << 56n });
  guest.bench.worker.take();
  return guest;
}
/** The device has lost its driver's trust, and nothing else: a reset brings it back. */
function expectBugThenHealth(b: Bench): void {
  expect(b.device.statistics.guestBugs).toBe(1);
  expect(b.get(ramLayout.intPending) & interruptBits.error).toBe(interruptBits.error);
  b.started();
  expect(b.device.statistics.guestBugs).toBe(1);
}

describe('addresses', () => {
  it('of every slot id and generation that is not there are refused (CVE-2019-3813)', () => {
    const guest = native();
    let refused = 0;
    for (let id = 0; id < 256; id++) {
      for (const generation of id === 1 || id === 2 ? [1, 255] : [0, 1]) {
        guest.probe();
        guest.push(BigInt((id << 8) | generation) << 48n, commandTypes.draw, false);
        refused++;
        expect(guest.bench.device.statistics).toMatchObject({ guestBugs: refused, refused });
      }
    }
  });

  it('of slot ids beyond the last cannot be added or deleted', () => {
    const { out, device } = bench();
    let bugs = 0;
    for (let id = 8; id < 256; id++) {
      for (const port of [ports.memslotAdd, ports.memslotDelete]) {
        out(ports.reset);
        out(port, id);
        expect(device.statistics.guestBugs).toBe(++bugs);
      }
    }
  });

  it('of the last bytes of a slot do not reach beyond it (CVE-2022-4144)', () => {
    for (let left = 1; left < 162; left += 5) {
      const guest = native();
      guest.bench.slot.barBytes(0).fill(1, guest.header - left, guest.header);
      guest.push((1n << 56n) | BigInt(guest.header - left), commandTypes.draw, false);
      const { guestBugs, refused } = guest.bench.device.statistics;
      expect([guestBugs <= 1, refused]).toEqual([true, 1]);
      expect(guest.bench.worker.take()).toEqual([]);
    }
  });

  it('do not reach the memory of the host or the RAM header', () => {
    const guest = native();
    guest.push((1n << 56n) | BigInt(guest.header), commandTypes.draw, false);
    expectBugThenHealth(guest.bench);
  });
});

describe('surfaces', () => {
  it.each([1, 1023, 1024, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
    'are not drawn on or read before they are there: %i (CVE-2015-5260, 5261)',
    (id) => {
      const guest = native();
      guest.send(fill(rectAt(0, 0, 4, 4), 1, { surfaceId: id }));
      const dependencies = [{ surfaceId: id | 0, area: rectAt(0, 0, 4, 4) }];
      guest.send(fill(rectAt(0, 0, 4, 4), 1, { dependencies }));
      const refused = id === 0xffff_ffff ? 1 : 2;
      expect(guest.bench.device.statistics).toMatchObject({ refused, guestBugs: 0 });
    },
  );

  it('beyond the number of ids are guest bugs', () => {
    for (const id of [8, 9, 0xffff_ffff]) {
      const guest = native({ surfaces: 8 });
      guest.send(surface(id, { width: 4, height: 4 }));
      expectBugThenHealth(guest.bench);
    }
  });

  it('can be all of 1024, and not one more', () => {
    const guest = native();
    for (let id = 1; id < 1024; id++) guest.send(surface(id, { width: 1, height: 1 }));
    expect(guest.bench.worker.take()).toHaveLength(1023);
    expect(guest.bench.device.statistics).toMatchObject({ refused: 0, guestBugs: 0 });
    guest.send(surface(1024, { width: 1, height: 1 }));
    expect(guest.bench.device.statistics.guestBugs).toBe(1);
  });

  it.each([
    [64, 48, -(2 ** 31)],
    [0x4000_0000, 4, 4],
    [64, 0x7fff_ffff, 0x7fff_fffc],
    [0xffff_ffff, 0xffff_ffff, 0x7fff_fffc],
    [1, 0x8000_0000, -4],
  ])('of %ix%i pixels in rows of %i bytes are no primary (CVE-2016-2150)', (width, height, stride) => {
    const guest = new LinuxGuest().probe();
    guest.bench.worker.take();
    guest.createPrimary({ width, height, stride, memory: 1n << 56n });
    expect(guest.bench.worker.take()).toEqual([]);
  });

  it.each([
    [8, 8, -(2 ** 31)],
    [8, 0x2000_0000, 32],
    [0x4000_0000, 1, 4],
    [8, 8, 28],
  ])('of %ix%i pixels in rows of %i bytes are no surface', (width, height, stride) => {
    const guest = native();
    const ordinary = surface(1, { width: 8, height: 8 });
    guest.bench.worker.room = 0;
    guest.send(ordinary);
    const ring = ramLayout.commandRing + ringLayout.items;
    const at = Number(guest.bench.get64(ring) & 0xffff_ffffn);
    for (const [offset, value] of [
      [21, width],
      [25, height],
      [29, stride >>> 0],
    ]) {
      guest.memory.setUint32(at + offset, value, true);
    }
    guest.bench.worker.room = 1;
    guest.bench.out(ports.flushSurfacesAsync);
    guest.bench.clock.advance(1);
    void guest.bench.worker.makeRoom(1);
    expect(guest.bench.worker.take().filter(({ type }) => type === 'surfaceCreate')).toEqual([]);
  });
});

describe('pointers', () => {
  it.each([
    [0xffff, 0xffff],
    [0x8000, 0x8000],
    [1025, 1024],
  ])('of %ix%i pixels are refused (CVE-2021-4206, 4207)', (width, height) => {
    const guest = native();
    const at = 5 * mebi;
    guest.memory.setBigUint64(at, 1n, true);
    guest.memory.setBigUint64(at + 14, (1n << 56n) | BigInt(at + 256), true);
    guest.memory.setUint16(at + 256 + 10, width, true);
    guest.memory.setUint16(at + 256 + 12, height, true);
    guest.memory.setUint32(at + 256 + 18, 0xffff_ffff, true);
    guest.push((1n << 56n) | BigInt(at), commandTypes.cursor, true);
    expect(guest.bench.device.statistics).toMatchObject({ refused: 1, guestBugs: 0 });
  });
});

describe('logging', () => {
  it('ends at the end of the log buffer, and messages at their limit, without a NUL', () => {
    const guest = native();
    const { slot, out, log } = guest.bench;
    const start = guest.header + ramLayout.log;
    slot.barBytes(0).fill(0x41, start, start + 4096 + 64);
    out(ports.log);
    expect(log.at(-1)).toHaveLength('guest: '.length + 4096);
    const at = 5 * mebi;
    slot.barBytes(0).fill(0x42, at, at + 200_000);
    guest.push((1n << 56n) | BigInt(at), commandTypes.message, false);
    expect(log.at(-1)).toHaveLength('guest: '.length + 4096);
  });

  it('is limited: a guest cannot flood it', () => {
    const guest = native();
    for (let index = 0; index < 5000; index++) guest.bench.out(ports.log);
    expect(guest.bench.log.length).toBeLessThan(25);
  });
});

describe('rings', () => {
  it.each([ramLayout.commandRing, ramLayout.cursorRing])(
    'with more items than places are a guest bug: %i',
    (ring) => {
      for (const ahead of [33, 0x8000_0000, 0xffff_ffff]) {
        const guest = native();
        guest.bench.set(
          ring + ringLayout.produced,
          (guest.bench.get(ring + ringLayout.consumed) + ahead) >>> 0,
        );
        guest.bench.out(ports.notifyCommand);
        expectBugThenHealth(guest.bench);
      }
    },
  );

  it('have the size that they have, whatever the guest writes there', () => {
    const guest = native();
    for (const size of [0, 1, 31, 33, 0xffff_ffff]) {
      guest.bench.set(ramLayout.commandRing + ringLayout.size, size);
      guest.send(red);
    }
    expect(guest.bench.worker.take()).toHaveLength(5);
  });

  it('that fill as fast as they are emptied do not keep the device for themselves', () => {
    const guest = native();
    const { worker, get, set, out, clock } = guest.bench;
    const produced = ramLayout.commandRing + ringLayout.produced;
    const submit = worker.submit.bind(worker);
    guest.send(red);
    worker.take();
    const item = guest.bench.get64(ramLayout.commandRing + ringLayout.items);
    worker.submit = (command) => {
      const at = ramLayout.commandRing + ringLayout.items + (get(produced) & 31) * 16;
      guest.bench.set64(at, item);
      set(at + 8, commandTypes.draw);
      set(produced, (get(produced) + 1) >>> 0);
      return submit(command);
    };
    guest.send(red);
    const before = worker.take().length;
    expect(before).toBeLessThanOrEqual(32);
    out(ports.notifyCommand);
    expect(worker.take().length).toBeLessThanOrEqual(32);
    // It goes on by itself, a turn at a time.
    clock.advance(5);
    const later = worker.take().length;
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(5 * 32);
    worker.submit = submit;
  });

  it('are read for some milliseconds at a time: commands that take long leave the guest its turn', async () => {
    const guest = native();
    const { worker, clock } = guest.bench;
    worker.room = 0;
    for (let index = 0; index < 20; index++) guest.send(red);
    worker.room = 100;
    const submit = worker.submit.bind(worker);
    worker.submit = (command) => {
      clock.advance(4);
      return submit(command);
    };
    await worker.makeRoom(100);
    expect(worker.take()).toHaveLength(3);
    worker.submit = submit;
    clock.advance(10);
    expect(guest.idle(ramLayout.commandRing)).toBe(true);
  });
});

describe('what was given and then taken away', () => {
  it('is noticed: a slot that is deleted while its commands wait', async () => {
    const guest = native();
    guest.bench.worker.room = 0;
    guest.send(red);
    guest.bench.out(ports.memslotDelete, 1);
    await guest.bench.worker.makeRoom(10);
    expect(guest.bench.device.statistics).toMatchObject({ guestBugs: 1, refused: 1 });
  });

  it('is not written to: a released command whose slot is gone, or smaller', () => {
    const guest = native();
    const id = guest.send(surface(5, { width: 4, height: 4 }));
    const at = guest.bench.get64(ramLayout.commandRing + ringLayout.items) & 0xffff_ffffn;
    guest.bench.out(ports.memslotDelete, 1);
    guest.memory.setBigUint64(Number(at), 0x1122_3344n, true);
    guest.bench.out(ports.destroyAllSurfacesAsync);
    guest.bench.clock.advance(50);
    expect(guest.memory.getBigUint64(Number(at), true)).toBe(0x1122_3344n);
    expect(guest.released).not.toContain(id);
  });

  it('is not written to: a surface whose slot is gone when its pixels come', async () => {
    const guest = native();
    guest.bench.worker.pixels = (_, { right, left, bottom, top }) => ({
      format: 32,
      width: right - left,
      height: bottom - top,
      stride: (right - left) * 4,
      bytes: new Uint8Array((right - left) * (bottom - top) * 4).fill(0x77),
    });
    guest.send(red);
    guest.bench.out(ports.flushSurfacesAsync);
    guest.bench.out(ports.memslotDelete, 1);
    await guest.bench.worker.answerReads();
    expect(guest.memory.getUint32(0, true)).toBe(0);
  });

  it('is forgotten: commands that wait for room when the device is reset', async () => {
    const guest = native();
    guest.bench.worker.room = 0;
    for (let index = 0; index < 10; index++) guest.send(red);
    guest.bench.out(ports.reset);
    await guest.bench.worker.makeRoom(100);
    expect(guest.bench.worker.types()).not.toContain('draw');
  });
});

describe('records that are read', () => {
  it('are read once: the primary is the one that was checked', () => {
    const guest = new LinuxGuest().probe();
    const { worker, set } = guest.bench;
    const submit = worker.submit.bind(worker);
    worker.take();
    worker.submit = (command) => {
      set(ramLayout.createSurface + createSurfaceLayout.height, 0x7fff_ffff);
      return submit(command);
    };
    guest.createPrimary({ width: 64, height: 48, memory: 1n << 56n });
    worker.submit = submit;
    expect(worker.take()).toMatchObject([{ type: 'primaryCreate', height: 48 }]);
    guest.send(copy({ x: 0, y: 40 }, imageOf({ width: 4, height: 16, data: new Uint8Array(256) })));
    expect(worker.take()).toMatchObject([{ drawable: { box: { bottom: 48 } } }]);
  });

  it('name only surfaces that are there as sources', () => {
    const guest = native();
    const source = imageOfSurface(7, 4, 4);
    guest.send(
      draw(rectAt(0, 0, 4, 4), {
        type: 'transparent',
        source,
        sourceArea: rectAt(0, 0, 4, 4),
        sourceColor: 0,
        trueColor: 0,
      }),
    );
    expect(guest.bench.device.statistics.refused).toBeLessThanOrEqual(1);
    expect(guest.bench.device.statistics.guestBugs).toBe(0);
  });
});
