import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bench, filled, settled } from '../device/device.test-support.js';
import { interruptBits, ports, ramLayout, ringLayout } from '../device/layout.js';
import { copyBits, cursor, fill, rectAt, surface } from '../recording/builder.js';
import { Heap } from './heap.js';

const box = rectAt(1, 2, 8, 4);
const arrow = { width: 2, height: 2, data: new Uint8Array(16).fill(7) };
const head = { id: 0, surfaceId: 0, width: 64, height: 48, x: 0, y: 0, flags: 0 };

describe('a guest with a driver', () => {
  it('gives its commands to the server in order', () => {
    const { started, worker, device } = bench();
    const driver = started();
    const commands = [fill(box, 0xff0000), copyBits(box, { x: 3, y: 4 }), cursor({ x: 5, y: 6 }, arrow)];
    for (const command of commands) expect(driver.send(command)).toBe(true);
    expect(worker.take()).toEqual(commands);
    expect(worker.kicks).toBeGreaterThan(0);
    expect(device.statistics).toMatchObject({ commands: 3, refused: 0, guestBugs: 0 });
  });

  it('gets the memory of its commands back', () => {
    const { started, clock } = bench();
    const driver = started();
    for (let index = 0; index < 10; index++) driver.send(fill(box, index));
    expect(driver.outstanding).toBe(10);
    clock.advance(50);
    expect(driver.outstanding).toBe(0);
  });

  it('waits for room when the server has none, and goes on', async () => {
    const { started, worker, clock } = bench();
    const driver = started();
    worker.room = 5;
    let sent = 0;
    while (driver.send(fill(box, sent))) sent++;
    expect(sent).toBe(5 + 32);
    const room = driver.room();
    await worker.makeRoom(Number.POSITIVE_INFINITY);
    clock.advance(1);
    await room;
    expect(driver.send(fill(box, sent))).toBe(true);
    const colors = worker.take().map((command) => {
      const operation = command.type === 'draw' ? command.drawable.operation : null;
      return operation?.type === 'fill' && operation.brush.type === 'solid' ? operation.brush.color : null;
    });
    expect(colors).toEqual(Array.from({ length: sent + 1 }, (_, index) => index));
  });

  it('keeps the memory of a surface until the surface is destroyed', () => {
    const { started, worker, clock } = bench();
    const driver = started();
    const create = surface(3, { width: 4, height: 4, data: new Uint8Array(64).fill(9) });
    driver.send(create);
    expect(worker.take()).toEqual([create]);
    clock.advance(50);
    expect(driver.outstanding).toBe(1);
    driver.send({ type: 'surfaceDestroy', surfaceId: 3 });
    clock.advance(50);
    expect(driver.outstanding).toBe(0);
    expect(worker.take()).toEqual([{ type: 'surfaceDestroy', surfaceId: 3 }]);
  });

  it('sees in its memory what was drawn, after an asynchronous update', async () => {
    const { started, worker, clock } = bench();
    const driver = started();
    worker.pixels = (_, area) => filled(area, 0x5a);
    driver.send(fill(box, 0x5a5a5a));
    const updated = driver.updateArea(rectAt(0, 0, 64, 48));
    expect(worker.reads.map(({ area }) => area)).toEqual([box]);
    await worker.answerReads();
    clock.advance(1);
    await updated;
    const memory = driver.primaryMemory(64 * 48 * 4);
    const at = (x: number, y: number): number => memory[(y * 64 + x) * 4];
    expect([at(1, 2), at(8, 5), at(0, 2), at(9, 5), at(1, 6)]).toEqual([0x5a, 0x5a, 0, 0, 0]);
    // What is current is not asked for again.
    const again = driver.updateArea(rectAt(0, 0, 64, 48));
    expect(worker.reads).toEqual([]);
    clock.advance(1);
    await again;
  });

  it('gets a synchronous update at once from a server that answers at once', () => {
    const { started, worker } = bench();
    const driver = started();
    worker.prompt = true;
    worker.pixels = (_, area) => filled(area, 0x33);
    driver.send(fill(box, 0x333333));
    driver.updateAreaNow(box);
    expect(driver.primaryMemory(64 * 48 * 4)[(2 * 64 + 1) * 4]).toBe(0x33);
  });

  it('keeps its memory when a synchronous update comes too late, and that is counted', () => {
    const { started, device, log, get, clock, worker } = bench();
    const driver = started();
    driver.send(fill(box, 0x333333));
    driver.updateAreaNow(box);
    expect(driver.primaryMemory(64 * 48 * 4).every((byte) => byte === 0)).toBe(true);
    expect(device.statistics.lateUpdates).toBe(1);
    expect(log.join()).toContain('synchronous update');
    expect(get(ramLayout.intPending) & interruptBits.error).toBe(interruptBits.error);
    // The device goes on, with less patience until the server is in time again.
    expect(device.statistics.guestBugs).toBe(0);
    const before = clock.now();
    driver.updateAreaNow(box);
    expect(clock.now() - before).toBe(10);
    worker.prompt = true;
    worker.pixels = (_, area) => filled(area, 0x44);
    driver.updateAreaNow(box);
    expect(driver.primaryMemory(64 * 48 * 4)[(2 * 64 + 1) * 4]).toBe(0x44);
    expect(device.statistics.lateUpdates).toBe(2);
  });

  it('describes its monitors and hears which ones clients want', async () => {
    const { started, worker, clock, device } = bench();
    const driver = started();
    const set = driver.setMonitors([head], 2);
    clock.advance(1);
    await set;
    expect(worker.take()).toEqual([{ type: 'monitorsConfig', maxAllowed: 2, heads: [head] }]);
    const wanted: unknown[] = [];
    driver.onClientMonitors = (monitors) => wanted.push(monitors);
    expect(device.setClientMonitors([{ x: 0, y: 0, width: 800, height: 600 }])).toBe(true);
    expect(device.setClientMonitors([{ x: 0, y: 0, width: 800, height: 600 }])).toBe(true);
    clock.advance(1);
    expect(wanted).toEqual([[{ x: 0, y: 0, width: 800, height: 600 }]]);
  });

  it('is shown again by a new server: primary, surfaces, pointer, monitors, and what was drawn', async () => {
    const { started, worker, clock, device } = bench();
    const driver = started();
    worker.pixels = (_, area) => filled(area, 0x77);
    driver.send(surface(2, { width: 2, height: 2, data: new Uint8Array(16).fill(4) }));
    driver.send(cursor({ x: 5, y: 6 }, arrow));
    driver.send({ type: 'cursorMove', position: { x: 9, y: 10 } });
    void driver.setMonitors([head]);
    driver.send(fill(box, 0x777777));
    // After a while what was drawn is in guest memory without being asked for.
    clock.advance(1100);
    await worker.answerReads();
    device.display.detached?.();
    driver.send(fill(box, 0x111111));
    const next = new (worker.constructor as typeof import('../device/device.test-support.js').FakeWorker)();
    device.display.attached?.(next);
    const commands = next.take();
    const types = ['cursorReset', 'imageCacheReset', 'surfacesDestroy', 'primaryCreate', 'surfaceCreate'];
    expect(commands.map(({ type }) => type)).toEqual([...types, 'cursorSet', 'cursorMove', 'monitorsConfig']);
    const primary = commands[3];
    expect(primary.type === 'primaryCreate' && primary.data?.[(2 * 64 + 1) * 4]).toBe(0x77);
    expect(commands[5]).toMatchObject({ type: 'cursorSet', position: { x: 9, y: 10 } });
    driver.send(fill(box, 0));
    expect(next.types()).toEqual(['draw']);
  });

  it('is sent one interrupt for a batch of released commands, whose list is in order', () => {
    const { started, get, set, get64, slot, clock } = bench();
    const driver = started();
    clock.advance(50);
    let raised = 0;
    const { setInterrupt } = slot;
    slot.setInterrupt = (level) => {
      if (level) raised++;
      setInterrupt(level);
    };
    set(ramLayout.intMask, interruptBits.display);
    set(ramLayout.intPending, 0);
    const before = get(ramLayout.releaseRing + ringLayout.produced);
    for (let index = 0; index < 32; index++) driver.send(fill(box, index));
    expect(get(ramLayout.releaseRing + ringLayout.produced)).toBe(before + 1);
    expect(get64(ramLayout.releaseRing + ringLayout.items + (before & 7) * 8)).toBeGreaterThan(0n);
    expect(get(ramLayout.intPending)).toBe(interruptBits.display);
    expect(raised).toBe(1);
    driver.reap();
    expect(driver.outstanding).toBe(0);
  });

  it('survives being saved in the middle and restored elsewhere', async () => {
    const first = bench();
    const driver = first.started();
    first.worker.pixels = (_, area) => filled(area, 0x42);
    driver.send(surface(2, { width: 2, height: 2, data: new Uint8Array(16).fill(4) }));
    driver.send(cursor({ x: 5, y: 6 }, arrow));
    driver.send(fill(box, 0x424242));
    void driver.updateArea(box);
    expect(first.worker.reads).toHaveLength(1);
    first.machine.setRunning(false);
    const saving = first.device.save();
    await first.worker.answerReads();
    const state = await saving;

    const second = bench();
    second.slot.barBytes(0).set(first.slot.barBytes(0));
    second.slot.barBytes(1).set(first.slot.barBytes(1));
    second.machine.setRunning(false);
    second.device.restore(state);
    const [primary, copy] = second.worker.take().filter(({ type }) => /Create$/.test(type));
    expect(primary.type === 'primaryCreate' && primary.data?.[(2 * 64 + 1) * 4]).toBe(0x42);
    expect(copy).toMatchObject({ type: 'surfaceCreate', surfaceId: 2, data: new Uint8Array(16).fill(4) });
    // The completion that the guest was waiting for comes once the machine runs.
    second.set(ramLayout.intPending, 0);
    second.machine.setRunning(true);
    expect(second.get(ramLayout.intPending) & interruptBits.ioCommand).toBe(interruptBits.ioCommand);
    second.out(ports.notifyOom);
    await settled();
    expect(second.device.statistics.guestBugs).toBe(0);
  });
});

describe('the heap', () => {
  it('never hands out what is in use, and gets whole again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 300 }), { maxLength: 200 }), (steps) => {
        const heap = new Heap(64, 4096);
        const used: { start: number; size: number }[] = [];
        for (const step of steps) {
          if (step <= 0) {
            const index = -step % Math.max(1, used.length);
            const piece = used.splice(index, 1)[0];
            if (piece !== undefined) heap.free(piece.start);
            continue;
          }
          const start = heap.allocate(step);
          if (start === null) continue;
          expect(start >= 64 && start + step <= 4096).toBe(true);
          for (const other of used)
            expect(start + step <= other.start || other.start + other.size <= start).toBe(true);
          used.push({ start, size: step });
        }
        for (const { start } of used) heap.free(start);
        expect(heap.used).toBe(0);
        expect(heap.allocate(4096 - 64)).toBe(64);
      }),
    );
  });
});
