import { describe, expect, it } from 'vitest';
import { fill, rectAt } from '../recording/builder.js';
import { type Bench, bench, FakeWorker, filled, mebi } from './device.test-support.js';
import { createSurfaceLayout, interruptBits, ports, ramLayout, ringLayout } from './layout.js';

const { display, ioCommand, error, clientMonitorsConfig } = interruptBits;

function addSlot(b: Bench, id: number, start: number, end: number, port: number = ports.memslotAdd): void {
  b.set64(ramLayout.slotStart, BigInt(start));
  b.set64(ramLayout.slotEnd, BigInt(end));
  b.out(port, id);
}
function addMainSlot(b: Bench): void {
  const base = b.slot.barBase(0) ?? 0;
  addSlot(b, 1, base, base + 15 * mebi);
}
interface Record {
  width?: number;
  height?: number;
  stride?: number;
  format?: number;
  flags?: number;
  memory?: bigint;
}
function setPrimary(
  b: Bench,
  { width = 64, height = 48, stride = 256, format = 32, flags = 0, memory }: Record = {},
) {
  const at = ramLayout.createSurface;
  b.set(at + createSurfaceLayout.width, width);
  b.set(at + createSurfaceLayout.height, height);
  b.set(at + createSurfaceLayout.stride, stride >>> 0);
  b.set(at + createSurfaceLayout.format, format);
  b.set(at + createSurfaceLayout.flags, flags);
  b.set64(at + createSurfaceLayout.memory, memory ?? 1n << 56n);
}
const pending = (b: Bench): number => b.get(ramLayout.intPending);
function native(b: Bench): void {
  addMainSlot(b);
  setPrimary(b);
  b.out(ports.createPrimary, 0);
  b.worker.take();
}

describe('I/O ports', () => {
  it('read as all ones', () => {
    expect(bench().machine.in(0xc000, 1)).toBe(0xff);
  });

  it('ignore accesses wider than a byte', () => {
    const b = bench();
    b.device.writePort(3, ports.attachPrimary, 4, 0);
    expect(b.device.statistics.guestBugs).toBe(0);
  });

  for (const port of [ports.detachPrimary, ports.attachPrimary, 25, 31]) {
    it(`${port} does not exist: a guest bug, which stops everything but a reset`, () => {
      const b = bench();
      b.out(port);
      expect(b.device.statistics.guestBugs).toBe(1);
      expect(pending(b)).toBe(error);
      addMainSlot(b);
      setPrimary(b);
      b.out(ports.createPrimaryAsync);
      expect(b.worker.take()).toEqual([]);
      expect(pending(b)).toBe(error);
      b.out(ports.reset);
      expect(pending(b)).toBe(0);
      native(b);
      expect(b.device.statistics.guestBugs).toBe(1);
    });
  }

  it('above 23 do not exist before revision 4', () => {
    const b = bench({ revision: 3 });
    b.out(ports.monitorsConfigAsync);
    expect(b.device.statistics.guestBugs).toBe(1);
  });

  it('LOG passes the driver log on, cut at 4096 bytes', () => {
    const b = bench();
    const start = b.slot.barBytes(0).length - ramLayout.bytes + ramLayout.log;
    b.slot.barBytes(0).fill(0x41, start, start + 5000);
    b.out(ports.log);
    expect(b.log.at(-1)).toBe(`guest: ${'A'.repeat(4096)}`);
  });

  it('UPDATE_IRQ makes the line what the bits say', () => {
    const b = bench();
    const levels: boolean[] = [];
    b.slot.setInterrupt = (level) => levels.push(level);
    b.set(ramLayout.intPending, display);
    b.set(ramLayout.intMask, display);
    b.out(ports.updateIrq);
    b.set(ramLayout.intPending, 0);
    b.out(ports.updateIrq);
    expect(levels).toEqual([true, false]);
  });
});

describe('memory slots', () => {
  it('lie in one BAR', () => {
    const b = bench();
    const [ram, vram] = [b.slot.barBase(0) ?? 0, b.slot.barBase(1) ?? 0];
    addSlot(b, 1, ram, ram + 16 * mebi);
    addSlot(b, 2, vram + 4096, vram + 8 * mebi);
    expect(b.device.statistics.guestBugs).toBe(0);
  });

  const wrong: readonly [string, (base: number) => [number, number, number]][] = [
    ['beyond the last id', (base) => [8, base, base + 4096]],
    ['that end before they start', (base) => [1, base + 4096, base]],
    ['outside the BARs', (base) => [1, base - 4096, base]],
    ['across the end of a BAR', (base) => [1, base + 4096, base + 16 * mebi + 1]],
  ];
  for (const [what, slotOf] of wrong) {
    it(`are refused: ${what}`, () => {
      const b = bench();
      addSlot(b, ...slotOf(b.slot.barBase(0) ?? 0));
      expect(b.device.statistics.guestBugs).toBe(1);
    });
  }

  it('are taken once, and again after they were deleted', () => {
    const b = bench();
    addMainSlot(b);
    b.out(ports.memslotDelete, 1);
    b.out(ports.memslotDelete, 3);
    addMainSlot(b);
    expect(b.device.statistics.guestBugs).toBe(0);
    addMainSlot(b);
    expect(b.device.statistics.guestBugs).toBe(1);
  });

  it('complete when added asynchronously', () => {
    const b = bench();
    const base = b.slot.barBase(0) ?? 0;
    addSlot(b, 1, base, base + 4096, ports.memslotAddAsync);
    expect(pending(b)).toBe(ioCommand);
  });

  it('in 64-bit VRAM show the start of it in BAR 1 too', () => {
    const b = bench({ vram64: 32 * mebi });
    b.slot.barBytes(4)[5] = 7;
    expect(b.slot.barBytes(1)[5]).toBe(7);
    const high = b.slot.barBase(4) ?? 0;
    addSlot(b, 2, high, high + 32 * mebi);
    expect(b.device.statistics.guestBugs).toBe(0);
  });

  it('are checked with every address: generation, length, offset', () => {
    const addresses = [0x0201n << 48n, (1n << 56n) + BigInt(15 * mebi - 4), 5n << 56n, 0x0101n << 48n];
    for (const address of addresses) {
      const b = bench();
      native(b);
      b.set64(ramLayout.commandRing + ringLayout.items, address);
      b.set(ramLayout.commandRing + ringLayout.items + 8, 1);
      b.set(ramLayout.commandRing + ringLayout.produced, 1);
      b.out(ports.notifyCommand);
      expect(b.device.statistics).toMatchObject({ guestBugs: 1, refused: 1 });
    }
  });
});

describe('the primary surface', () => {
  it("is created with the guest's pixels or cleared", () => {
    for (const flags of [0, 1]) {
      const b = bench();
      addMainSlot(b);
      setPrimary(b, { flags });
      b.slot.barBytes(0).fill(9, 0, 256 * 48);
      b.out(ports.createPrimary);
      const [command] = b.worker.take();
      expect(command).toMatchObject({
        type: 'primaryCreate',
        format: 32,
        width: 64,
        height: 48,
        stride: 256,
      });
      expect(command.type === 'primaryCreate' && (command.data?.[0] ?? null)).toBe(flags === 0 ? null : 9);
      expect(b.slot.barBytes(0)[0]).toBe(flags === 0 ? 0 : 9);
    }
  });

  it('may lie bottom-up, in any slot', async () => {
    const b = bench();
    const vram = b.slot.barBase(1) ?? 0;
    addSlot(b, 2, vram, vram + mebi);
    setPrimary(b, { stride: -256, memory: (2n << 56n) + 4096n });
    b.out(ports.createPrimaryAsync);
    expect(pending(b)).toBe(ioCommand);
    expect(b.worker.take()).toMatchObject([{ type: 'primaryCreate', stride: -256 }]);
  });

  const refused: readonly [string, Record][] = [
    ['too large', { height: 40_000 }],
    ['of the most negative stride', { stride: -(2 ** 31) }],
    ['of a stride not in steps of 4', { stride: 257 }],
  ];
  for (const [what, record] of refused) {
    it(`is a guest bug: ${what}`, () => {
      const b = bench();
      addMainSlot(b);
      setPrimary(b, record);
      b.out(ports.createPrimary);
      expect(b.device.statistics.guestBugs).toBe(1);
      expect(b.worker.take()).toEqual([]);
    });
  }
  for (const record of [{ format: 33 }, { stride: 252 }, { memory: 7n << 56n }, { width: 0 }]) {
    it(`is not created, but completes: ${Object.keys(record)[0]}`, () => {
      const b = bench();
      addMainSlot(b);
      setPrimary(b, record);
      b.out(ports.createPrimaryAsync);
      expect(b.worker.take()).toEqual([]);
      expect(pending(b)).toBe(ioCommand);
    });
  }

  it('is destroyed with its pointer; again that does nothing, but completes', () => {
    const b = bench();
    native(b);
    b.out(ports.destroyPrimary);
    expect(b.worker.types()).toEqual(['primaryDestroy', 'cursorReset']);
    b.out(ports.destroyPrimaryAsync);
    expect(b.worker.types()).toEqual([]);
    expect(pending(b)).toBe(ioCommand);
  });

  it('of another number than 0 is a guest bug', () => {
    for (const port of [ports.createPrimary, ports.destroyPrimary]) {
      const b = bench();
      native(b);
      b.out(port, 1);
      expect(b.device.statistics.guestBugs).toBe(1);
    }
  });
});

describe('asynchronous ports', () => {
  it('exclude each other until they complete', async () => {
    const b = bench();
    const driver = b.started();
    b.worker.pixels = (_, area) => filled(area, 1);
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    void driver.updateArea(rectAt(0, 0, 64, 48));
    b.out(ports.flushSurfacesAsync);
    expect(b.device.statistics.guestBugs).toBe(1);
  });

  it('complete once the server has room and has answered', async () => {
    const b = bench();
    const driver = b.started();
    b.worker.room = 0;
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    b.set(ramLayout.intPending, 0);
    b.set(ramLayout.intMask, 0);
    void driver.flushSurfaces();
    expect(pending(b)).toBe(0);
    await b.worker.makeRoom(10);
    expect(pending(b) & ioCommand).toBe(0);
    await b.worker.answerReads();
    expect(pending(b) & ioCommand).toBe(ioCommand);
  });

  it('that are forgotten by a reset never complete', async () => {
    const b = bench();
    const driver = b.started();
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    void driver.updateArea(rectAt(0, 0, 64, 48));
    b.out(ports.reset);
    await b.worker.answerReads();
    expect(pending(b)).toBe(0);
  });

  it('destroy all surfaces, and give their commands back', () => {
    const b = bench();
    const driver = b.started();
    driver.send({
      type: 'surfaceCreate',
      surfaceId: 1,
      format: 32,
      width: 2,
      height: 2,
      stride: 8,
      data: null,
    });
    b.worker.take();
    b.out(ports.destroyAllSurfacesAsync);
    expect(b.worker.types()).toEqual(['surfacesDestroy', 'cursorReset']);
    b.clock.advance(50);
    expect(driver.outstanding).toBe(0);
  });

  it('update nothing for an area without extent, and complain of one that is none', () => {
    const b = bench();
    native(b);
    b.out(ports.updateAreaAsync);
    expect(pending(b)).toBe(ioCommand);
    expect(b.device.statistics.guestBugs).toBe(0);
    b.set(ramLayout.updateArea, 0xffff_ffff);
    b.set(ramLayout.updateArea + 8, 4);
    b.set(ramLayout.updateArea + 12, 4);
    b.out(ports.updateAreaAsync);
    expect(b.device.statistics.guestBugs).toBe(1);
  });

  it('of surfaces beyond the last are guest bugs', () => {
    const b = bench({ surfaces: 4 });
    native(b);
    b.out(ports.destroySurfaceAsync, 4);
    expect(b.device.statistics.guestBugs).toBe(1);
  });
});

describe('the release ring', () => {
  it('is published empty by FLUSH_RELEASE, and not beyond its room', () => {
    const b = bench();
    native(b);
    for (let index = 0; index < 20; index++) b.out(ports.flushRelease);
    expect(b.get(ramLayout.releaseRing + ringLayout.produced)).toBe(7);
    expect(b.device.statistics.guestBugs).toBe(0);
  });

  it('is published by NOTIFY_OOM only when the guest has taken everything', () => {
    const b = bench();
    const driver = b.started();
    const produced = (): number => b.get(ramLayout.releaseRing + ringLayout.produced);
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    const before = produced();
    b.out(ports.notifyOom);
    expect(produced()).toBe(before + 1);
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    b.out(ports.notifyOom);
    expect(produced()).toBe(before + 1);
  });
});

describe('rings', () => {
  it('of spoiled counters are a guest bug', () => {
    const b = bench();
    native(b);
    b.set(ramLayout.commandRing + ringLayout.produced, 33);
    b.out(ports.notifyCommand);
    expect(b.device.statistics.guestBugs).toBe(1);
  });

  it('work across the wrap of their counters, and ask to be notified of the next item', () => {
    const b = bench();
    const driver = b.started();
    const ring = ramLayout.commandRing;
    b.set(ring + ringLayout.produced, 0xffff_fffe);
    b.set(ring + ringLayout.consumed, 0xffff_fffe);
    b.set(ring + ringLayout.notifyProduced, 0xffff_ffff);
    for (let index = 0; index < 5; index++) driver.send(fill(rectAt(0, 0, 4, 4), index));
    expect(b.worker.types()).toHaveLength(5);
    expect([b.get(ring + ringLayout.produced), b.get(ring + ringLayout.notifyProduced)]).toEqual([3, 4]);
  });

  it('raise an interrupt when the guest waits for the item that is taken', () => {
    const b = bench();
    const driver = b.started();
    b.set(ramLayout.intPending, 0);
    b.set(ramLayout.commandRing + ringLayout.notifyConsumed, 2);
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    expect(pending(b) & display).toBe(0);
    driver.send(fill(rectAt(0, 0, 4, 4), 1));
    expect(pending(b) & display).toBe(display);
  });
});

describe('modes', () => {
  it('of the ROM are set by index, with drawings in the layout of then', () => {
    const b = bench();
    b.out(ports.setMode, 1);
    const created = b.worker.take().find(({ type }) => type === 'primaryCreate');
    expect(created).toMatchObject({ width: 640, height: 480, stride: -2560, format: 32 });
    const base = b.slot.barBase(0) ?? 0;
    const at = 8 * mebi;
    const view = new DataView(b.slot.barBytes(0).buffer, at);
    view.setBigUint64(0, 5n, true);
    view.setUint8(8, 1);
    view.setUint8(9, 1);
    view.setInt32(36, 10, true);
    view.setInt32(40, 20, true);
    view.setUint32(60, 1, true);
    view.setUint32(64, 0x7fff, true);
    view.setUint16(80, 8, true);
    b.set64(ramLayout.commandRing + ringLayout.items, BigInt(base + at));
    b.set(ramLayout.commandRing + ringLayout.items + 8, 1);
    b.set(ramLayout.commandRing + ringLayout.produced, 1);
    b.out(ports.notifyCommand);
    const [drawn] = b.worker.take();
    expect(drawn).toMatchObject({
      type: 'draw',
      drawable: { surfaceId: 0, box: { bottom: 10, right: 20 }, operation: { type: 'fill' } },
    });
    b.out(ports.setMode, 255);
    expect(b.device.statistics.guestBugs).toBe(1);
  });

  it('VGA shows the picture of the machine until a driver makes a primary', () => {
    const bytes = new Uint8Array(64 * 40 * 4);
    const picture = { width: 64, height: 40, stride: 256, bytes };
    const vga = { picture: () => picture, onPortWrite: () => {} };
    const b = bench({ primary: true }, vga);
    b.clock.advance(1);
    expect(b.worker.types()).toEqual(['primaryCreate']);
    bytes.fill(0xff, 256 * 3, 256 * 5);
    b.clock.advance(31);
    const [drawn] = b.worker.take();
    expect(drawn).toMatchObject({
      type: 'draw',
      drawable: { box: { top: 3, left: 0, bottom: 5, right: 64 } },
    });
    b.out(ports.updateAreaAsync);
    expect(pending(b)).toBe(ioCommand);
    addMainSlot(b);
    setPrimary(b);
    b.out(ports.createPrimary);
    expect(b.worker.types()).toEqual(['primaryDestroy', 'cursorReset', 'primaryCreate']);
    bytes.fill(1);
    b.clock.advance(1000);
    expect(b.worker.types()).toEqual([]);
  });
});

describe('a server without room', () => {
  it('is told the outcome of many ports instead of each', async () => {
    const b = bench();
    native(b);
    b.worker.room = 0;
    for (let index = 0; index < 100; index++) {
      b.out(ports.destroyPrimary);
      setPrimary(b, { height: 1 + (index % 48) });
      b.out(ports.createPrimary);
    }
    await b.worker.makeRoom(1000);
    const commands = b.worker.take();
    expect(commands.length).toBeLessThan(80);
    expect(commands.at(-1)).toMatchObject({ type: 'primaryCreate', height: 1 + (99 % 48) });
  });

  it('that ends lets the guest go on', () => {
    const b = bench();
    const driver = b.started();
    b.worker.room = 0;
    for (let index = 0; index < 32; index++) driver.send(fill(rectAt(0, 0, 4, 4), 1));
    b.device.display.detached?.();
    b.clock.advance(50);
    expect(driver.outstanding).toBe(0);
    b.device.display.attached?.(new FakeWorker());
  });
});

describe('what clients want', () => {
  it('is refused for drivers that do not know of it', () => {
    for (const mask of [0, 0xffff_ffff, display]) {
      const b = bench();
      b.set(ramLayout.intMask, mask);
      expect(b.device.setClientMonitors([{ x: 0, y: 0, width: 1, height: 1 }])).toBe(false);
    }
    const old = bench({ revision: 3 });
    old.set(ramLayout.intMask, clientMonitorsConfig);
    expect(old.device.setClientMonitors([])).toBe(false);
  });
});
