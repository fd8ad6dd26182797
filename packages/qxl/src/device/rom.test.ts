import { describe, expect, it } from 'vitest';
import { barsOf, configOf, identityOf } from './config.js';
import { bench, mebi } from './device.test-support.js';
import { interruptBits, ports, ramLayout, romLayout } from './layout.js';
import { modesFor } from './modes.js';

const crcOf = (monitors: readonly { x: number; y: number; width: number; height: number }[]): number => {
  const b = bench();
  b.set(ramLayout.intMask, interruptBits.clientMonitorsConfig);
  b.device.setClientMonitors(monitors);
  const rom = b.slot.barBytes(2);
  return new DataView(rom.buffer, rom.byteOffset).getUint32(romLayout.clientMonitorsCrc, true);
};

describe('the ROM', () => {
  it('has the header that drivers look for', () => {
    const rom = bench().slot.barBytes(2);
    const view = new DataView(rom.buffer, rom.byteOffset);
    const at = (offset: number): number => view.getUint32(offset, true);
    expect(Buffer.from(rom.subarray(0, 4)).toString()).toBe('QXRO');
    expect([at(24), at(28), at(32), at(40), at(44), at(52)]).toEqual([
      1160,
      (16 * mebi - 8192 - 8 * mebi) / 4096,
      8 * mebi,
      8 * mebi,
      16 * mebi - 8192,
      1024,
    ]);
    expect([...rom.subarray(64, 69)]).toEqual([1, 7, 8, 8, 0]);
    expect(at(1160)).toBe(106);
  });

  it('lists the modes that fit', () => {
    const counts = [8, 16, 32, 64, 128, 256].map((size) => modesFor(size * mebi).length);
    expect(counts).toEqual([106, 128, 138, 142, 146, 148]);
    expect(modesFor(8 * mebi)[1]).toMatchObject({ id: 1, width: 640, height: 480, bits: 32, stride: 2560 });
  });

  it('says which monitors clients want, with the sum that drivers check', () => {
    expect(crcOf([])).toBe(0);
    expect(crcOf([{ x: 0, y: 0, width: 1024, height: 768 }])).toBe(0x3dec149c);
    const two = [
      { x: 0, y: 0, width: 1920, height: 1080 },
      { x: 1920, y: 0, width: 1280, height: 1024 },
    ];
    expect(crcOf(two)).toBe(0x89a98a00);
  });

  it('keeps what is known of the clients over a reset, but not their monitors', () => {
    const b = bench();
    b.set(ramLayout.intMask, interruptBits.clientMonitorsConfig);
    b.device.setClients(true, 0x0f);
    b.device.setClientMonitors([{ x: 0, y: 0, width: 8, height: 8 }]);
    b.slot.barBytes(2).fill(0xee, 0, 64);
    b.out(ports.reset);
    const rom = b.slot.barBytes(2);
    expect([rom[0], rom[romLayout.clientPresent], rom[romLayout.clientCapabilities]]).toEqual([
      0x51, 1, 0x0f,
    ]);
    expect(rom[romLayout.clientMonitors]).toBe(0);
  });
});

describe('the configuration', () => {
  it('has revision 5 and two memory BARs of 64 MiB, a ROM and ports by default', () => {
    const config = configOf({});
    expect(identityOf(config)).toMatchObject({
      vendorId: 0x1b36,
      deviceId: 0x0100,
      revision: 5,
      classCode: 0x038000,
    });
    expect(barsOf(config).map(({ index, size }) => [index, size])).toEqual([
      [0, 64 * mebi],
      [1, 64 * mebi],
      [2, 8192],
      [3, 32],
    ]);
  });

  it('clamps and rounds sizes', () => {
    const { vgaMemory, ram, vram32, vram64 } = configOf({
      vgaMemory: 1,
      ram: 5 * mebi,
      vram: 3 * mebi,
      vram64: 1,
    });
    expect([vgaMemory, ram, vram32, vram64].map((size) => size / mebi)).toEqual([8, 16, 4, 4]);
    expect(configOf({ revision: 1 })).toMatchObject({ vram32: 4096, vram64: 4096 });
    expect(identityOf(configOf({ primary: true })).classCode).toBe(0x030000);
  });

  it('refuses what cannot be', () => {
    for (const bad of [
      { ram: -1 },
      { vram: 2 ** 40 },
      { surfaces: 0 },
      { primary: true, bios: new Uint8Array(3) },
    ]) {
      expect(() => configOf(bad)).toThrow(expect.objectContaining({ code: 'ERR_QXL_PROPERTY' }));
    }
  });
});
