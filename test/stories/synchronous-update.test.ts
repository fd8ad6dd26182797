/** A guest whose processor waits for its pixels, with the server in a thread of its own and in the guest's. */
import { type MachineClock, ModuleTable, Spice } from '@lazyspice/core';
import { PlainMachine, QxlDevice, QxlDriver, scene } from '@lazyspice/qxl';
import { afterEach, describe, expect, it } from 'vitest';

const { fill, copyBits, rectAt } = scene;
const clock: MachineClock = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};
const [width, height] = [64, 48];

let spice: Spice | null = null;
afterEach(async () => {
  await spice?.unload();
  spice = null;
});

async function start(isolation: 'worker' | 'inline', patience = 20_000) {
  const modules = new ModuleTable({ isolation, resolveFrom: import.meta.url });
  spice = new Spice(modules);
  const machine = new PlainMachine({ clock });
  const device = new QxlDevice({ vgaMemory: 8 << 20, ram: 32 << 20, vram: 8 << 20, patience });
  machine.plug(device);
  machine.setRunning(true);
  await spice.addInterface(device.display);
  const driver = new QxlDriver(machine);
  driver.createPrimary(width, height);
  const pixel = (x: number, y: number): number =>
    new DataView(driver.primaryMemory(width * height * 4).slice().buffer).getUint32(
      (y * width + x) * 4,
      true,
    ) & 0xffffff;
  return { device, driver, pixel, stop: () => machine.setRunning(false) };
}

describe.each(['worker', 'inline'] as const)('a synchronous UPDATE_AREA, the module %s', (isolation) => {
  it('returns with the pixels in guest memory', async () => {
    const { device, driver, pixel, stop } = await start(isolation);
    for (let step = 1; step <= 20; step++) {
      driver.send(fill(rectAt(step, 2, 4, 4), step));
      driver.send(copyBits(rectAt(10, 20, 4, 4), { x: step, y: 2 }));
      driver.updateAreaNow(rectAt(0, 0, width, height));
      expect([pixel(step, 2), pixel(10, 20), pixel(13, 23)]).toEqual([step, step, step]);
    }
    expect(device.statistics).toMatchObject({ lateUpdates: 0, guestBugs: 0 });
    stop();
  });

  it('comes after everything that was drawn before, however much', async () => {
    const { device, driver, pixel, stop } = await start(isolation);
    const sent = { count: 0 };
    // More than the way to the server holds at once: the ring fills, and the processor waits for room as well.
    const pixels = { width, height, data: new Uint8Array(width * height * 4) };
    for (let round = 0; round < 1500; round++) {
      new DataView(pixels.data.buffer).setUint32(0, round, true);
      while (!driver.send(scene.copy({ x: 0, y: 0 }, scene.imageOf(pixels))))
        driver.updateAreaNow(rectAt(0, 0, 1, 1));
      sent.count++;
    }
    driver.updateAreaNow(rectAt(0, 0, width, height));
    expect(pixel(0, 0)).toBe(1499);
    expect(device.statistics).toMatchObject({ commands: sent.count, refused: 0, lateUpdates: 0 });
    stop();
  });
});

describe('a synchronous UPDATE_AREA', () => {
  it('of a server that has no time is given up, and the guest is told', async () => {
    const { device, driver, pixel, stop } = await start('worker', 0);
    driver.send(fill(rectAt(0, 0, 4, 4), 0x123456));
    driver.updateAreaNow(rectAt(0, 0, 4, 4));
    expect(device.statistics.lateUpdates).toBe(1);
    expect(pixel(0, 0)).toBe(0);
    // It is not lost: the next update brings it.
    await driver.updateArea(rectAt(0, 0, 4, 4));
    expect(pixel(0, 0)).toBe(0x123456);
    stop();
  });
});
