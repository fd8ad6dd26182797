/** What the revisions of the device have in common and what not: qxl-device §1.1. */
import { describe, expect, it } from 'vitest';
import { bench, filled, mebi } from './device.test-support.js';
import { interruptBits, ports, ramLayout, romLayout } from './layout.js';

const revisions = [1, 2, 3, 4, 5] as const;

describe.each(revisions)('revision %i', (revision) => {
  it('has its number in the configuration space, and as many ports as it had then', () => {
    const { device } = bench({ revision });
    expect(device.identity.revision).toBe(revision);
    const io = device.bars.find(({ kind }) => kind === 'io');
    expect(io?.size).toBe({ 1: 8, 2: 16, 3: 32, 4: 32, 5: 32 }[revision]);
    expect(device.bars.find(({ index }) => index === 1)?.size).toBe(revision === 1 ? 4096 : 8 * mebi);
  });

  it('tells the guest of clients from 4 on', () => {
    const b = bench({ revision });
    b.device.setClients(true, 5);
    const rom = b.slot.barBytes(2);
    const told = [
      rom[romLayout.clientPresent],
      rom[romLayout.clientCapabilities],
      b.get(ramLayout.intPending),
    ];
    expect(told).toEqual(revision >= 4 ? [1, 5, interruptBits.client] : [0, 0, 0]);
  });

  it('takes the monitors of clients from 4 on', () => {
    const b = bench({ revision });
    b.set(ramLayout.intMask, interruptBits.clientMonitorsConfig);
    b.out(ports.updateIrq);
    const taken = revision >= 4;
    expect([b.worker.taking, b.device.setClientMonitors([{ x: 0, y: 0, width: 8, height: 8 }])]).toEqual([
      taken,
      taken,
    ]);
  });

  it('falls back to VGA when the guest writes to its registers, up to 4', () => {
    let write = (): void => {};
    const vga = {
      picture: () => null,
      onPortWrite: (listener: (() => void) | null) => {
        write = listener ?? (() => {});
      },
    };
    const b = bench({ revision, primary: true }, vga);
    // Every revision knows SET_MODE.
    b.out(ports.setMode, 1);
    b.worker.take();
    write();
    const told = revision <= 4 ? ['primaryDestroy', 'cursorReset', 'driverUnload'] : [];
    expect(b.worker.types()).toEqual(told);
  });

  it('keeps the mode of SET_MODE, its pixels and its colours when it is saved and restored', async () => {
    const first = bench({ revision });
    first.out(ports.setMode, 0);
    first.slot.barBytes(0).fill(0x31, 0, 4);
    first.worker.pixels = (_, area) => filled(area, 1);
    first.machine.setRunning(false);
    const state = await first.device.save();
    const second = bench({ revision });
    for (const bar of [0, 1, 2]) second.slot.barBytes(bar).set(first.slot.barBytes(bar));
    second.machine.setRunning(false);
    second.device.restore(state);
    const created = second.worker.take().find(({ type }) => type === 'primaryCreate');
    expect(created).toMatchObject({ width: 640, height: 480, stride: -2560, format: 32 });
    expect(created?.type === 'primaryCreate' && created.data?.[0]).toBe(0x31);
    // A solid brush of SET_MODE's 16 bits: 555 colours.
    second.machine.setRunning(true);
    const at = 8 * mebi;
    const view = new DataView(second.slot.barBytes(0).buffer, at);
    view.setBigUint64(0, 5n, true);
    view.setUint8(8, 1);
    view.setUint8(9, 1);
    view.setInt32(36, 10, true);
    view.setInt32(40, 20, true);
    view.setUint32(60, 1, true);
    view.setUint32(64, 0x7fff, true);
    view.setUint16(80, 8, true);
    second.set64(ramLayout.commandRing + 20, BigInt((second.slot.barBase(0) ?? 0) + at));
    second.set(ramLayout.commandRing + 28, 1);
    second.set(ramLayout.commandRing + 4, 1);
    second.out(ports.notifyCommand);
    expect(second.worker.take()).toMatchObject([
      { type: 'draw', drawable: { operation: { brush: { color: 0xffffff } } } },
    ]);
  });
});

it('a secondary device has no VGA to fall back to: a reset leaves it without a picture', () => {
  const b = bench();
  b.started();
  b.out(ports.reset);
  expect(b.worker.types()).toEqual(['cursorReset', 'imageCacheReset', 'surfacesDestroy']);
  expect(b.device.identity.classCode).toBe(0x038000);
  expect(b.device.expansionRom).toBe(null);
  b.out(ports.updateAreaAsync);
  expect(b.get(ramLayout.intPending)).toBe(interruptBits.ioCommand);
});
