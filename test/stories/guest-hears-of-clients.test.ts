/** What a guest's driver is told of the clients: whether there are any, and what all of them can (qxl-device §10.1). */
import type { PciSlot } from '@lazyspice/core';
import { PlainMachine, QxlDevice, QxlDriver } from '@lazyspice/qxl';
import { expect, it } from 'vitest';
import { Bench } from '../support/spice/bench.js';

const romBar = 2;
const clientPresent = 69;
const clientEvent = 16;

async function start() {
  const bench = await Bench.open();
  const machine = new PlainMachine({ clock: bench.clock });
  const device = new QxlDevice({ vgaMemory: 8 << 20, ram: 16 << 20, vram: 8 << 20 });
  const slot: PciSlot = machine.plug(device);
  machine.setRunning(true);
  const driver = new QxlDriver(machine);
  driver.createPrimary(64, 48);
  const remove = bench.server.addInterface(device.display);
  await bench.settle();
  const told = (): readonly number[] => [...slot.barBytes(romBar).subarray(clientPresent, clientPresent + 3)];
  /** Whether the event is pending; takes it. */
  const event = (): boolean => {
    const ram = slot.barBytes(0);
    const header = new DataView(ram.buffer, ram.byteOffset + ram.length - 8192);
    const pending = header.getUint32(4, true);
    header.setUint32(4, 0, true);
    return (pending & clientEvent) !== 0;
  };
  return { bench, machine, device, told, event, remove };
}

it('hears of clients as they come and go, and what all of them can', async () => {
  const { bench, told, event } = await start();
  expect([told(), event()]).toEqual([[0, 0, 0], false]);
  const first = bench.connect({ displayCapabilities: [0, 1, 2, 3, 4] });
  await bench.settle();
  expect([told(), event()]).toEqual([[1, 0b1111, 0], true]);
  const second = bench.connect({ displayCapabilities: [1, 2, 5] });
  await bench.settle();
  expect([told(), event()]).toEqual([[1, 0b0110, 0], true]);
  second.disconnect();
  await bench.settle();
  expect([told(), event()]).toEqual([[1, 0b1111, 0], true]);
  first.disconnect();
  await bench.settle();
  expect([told(), event()]).toEqual([[0, 0, 0], true]);
});

it('hears of what changed while it was stopped when it goes on', async () => {
  const { bench, machine, told, event } = await start();
  machine.setRunning(false);
  bench.connect();
  await bench.settle();
  expect(told()[0]).toBe(0);
  machine.setRunning(true);
  expect([told()[0], event()]).toEqual([1, true]);
  machine.setRunning(false);
  machine.setRunning(true);
  expect(event()).toBe(false);
});

it('hears that the clients are gone when its display is taken away', async () => {
  const { bench, told, remove } = await start();
  bench.connect();
  await bench.settle();
  remove();
  expect(told()[0]).toBe(0);
});
