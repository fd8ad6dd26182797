/** What Linux' drm/qxl, the X.org driver and the VGA BIOS do with the device, line by line: qxl-device §13. */
import { describe, expect, it } from 'vitest';
import {
  copy,
  copyBits,
  cursor,
  draw,
  fill,
  imageOf,
  noMask,
  rectAt,
  surface,
} from '../recording/builder.js';
import { crc32 } from './crc32.js';
import { bench, filled, mebi } from './device.test-support.js';
import { bars, interruptBits, ports, ramLayout, ringLayout, romLayout, romMagic } from './layout.js';
import { LinuxGuest, linuxMask } from './linux-guest.test-support.js';

const surfacesSlot = 2n << 56n;
const pixels = (width: number, height: number, value = 1) =>
  imageOf({ width, height, data: new Uint8Array(width * height * 4).fill(value) });

/** A guest that has a primary of 1024x600 in the surfaces slot. */
function shown(options?: ConstructorParameters<typeof LinuxGuest>[0]): LinuxGuest {
  const guest = new LinuxGuest(options).probe();
  guest.createPrimary({ width: 1024, height: 600, memory: surfacesSlot });
  guest.bench.worker.take();
  return guest;
}

function monitorsObject(guest: LinuxGuest, heads: readonly (readonly number[])[], maxAllowed = 4): void {
  const at = 7 * mebi;
  guest.memory.setUint16(at, heads.length, true);
  guest.memory.setUint16(at + 2, maxAllowed, true);
  for (const [index, head] of heads.entries()) {
    for (const [field, value] of head.entries())
      guest.memory.setUint32(at + 4 + index * 28 + field * 4, value, true);
  }
  guest.bench.set64(ramLayout.monitorsConfig, (1n << 56n) | BigInt(at));
}

const linux: Readonly<Record<string, () => void | Promise<void>>> = {
  '1. finds a revision of at least 4, its BARs, and the ROM by its magic': () => {
    const { device, slot } = bench();
    expect(device.identity).toMatchObject({
      vendorId: 0x1b36,
      deviceId: 0x100,
      revision: 5,
      interruptPin: 1,
    });
    expect(slot.barBase(bars.vram64)).toBe(null);
    const large = bench({ vram64: 32 * mebi });
    expect(large.device.bars.find(({ index }) => index === bars.vram64)).toMatchObject({
      size: 32 * mebi,
      bits: 64,
    });
    expect(new LinuxGuest().rom.getUint32(romLayout.magic, true)).toBe(romMagic);
  },
  '2. finds ROM and RAM header valid before and after its reset, and sets its mask': () => {
    const guest = new LinuxGuest();
    const { get, set, out } = guest.bench;
    const seen = () => [guest.header, get(ramLayout.magic), get(ramLayout.commandRing + ringLayout.size)];
    const before = seen();
    expect(before).toEqual([16 * mebi - 8192, 0x41525851, 32]);
    out(ports.reset);
    expect(seen()).toEqual(before);
    set(ramLayout.intMask, linuxMask);
    expect(guest.bench.worker.taking).toBe(false);
    out(ports.updateIrq);
    expect(guest.bench.worker.taking).toBe(true);
  },
  '3. adds its two slots asynchronously, with exactly one IO_CMD each': () => {
    const guest = new LinuxGuest().probe();
    expect(guest.ioCommands).toBe(2);
    guest.bench.clock.advance(5000);
    expect(guest.ioCommands).toBe(2);
    expect(guest.bench.device.statistics.guestBugs).toBe(0);
  },
  '3a. may have its surfaces slot in the 64-bit BAR': () => {
    const guest = new LinuxGuest({ vram64: 32 * mebi }).probe();
    guest.createPrimary({ width: 1024, height: 600, memory: surfacesSlot + BigInt(24 * mebi) });
    expect(guest.bench.worker.types()).toContain('primaryCreate');
    expect(guest.ioCommands).toBe(3);
  },
  "4. reads the clients' monitors with a checksum that fits": () => {
    const guest = shown();
    guest.bench.device.setClientMonitors([{ x: 0, y: 0, width: 1280, height: 800 }]);
    expect(guest.interrupts.get(interruptBits.clientMonitorsConfig)).toBe(1);
    const { rom } = guest;
    const config = guest.bench.slot
      .barBytes(2)
      .subarray(romLayout.clientMonitors, romLayout.clientMonitors + 1028);
    expect(crc32(config)).toBe(rom.getUint32(romLayout.clientMonitorsCrc, true));
    expect(rom.getUint16(romLayout.clientMonitors, true)).toBe(1);
    const rect = [0, 1, 2, 3].map((field) => rom.getUint32(romLayout.clientMonitors + 4 + field * 4, true));
    expect(rect).toEqual([0, 0, 800, 1280]);
  },
  '5. sets a mode: old primary destroyed, new one with its pixels kept, pointer, monitors': () => {
    const guest = shown();
    const { out, worker } = guest.bench;
    const before = guest.ioCommands;
    out(ports.destroyPrimaryAsync, 0);
    expect(guest.ioCommands).toBe(before + 1);
    guest.createPrimary({ width: 800, height: 600, memory: surfacesSlot + 4096n });
    expect(guest.ioCommands).toBe(before + 2);
    guest.send(cursor({ x: 1, y: 2 }, { width: 64, height: 64, data: new Uint8Array(16_384) }));
    monitorsObject(guest, [[0, 0, 800, 600, 0, 0, 0]]);
    out(ports.monitorsConfigAsync, 0);
    expect(guest.ioCommands).toBe(before + 3);
    const told = worker.take();
    const types = ['primaryDestroy', 'cursorReset', 'primaryCreate', 'cursorSet', 'monitorsConfig'];
    expect(told.map(({ type }) => type)).toEqual(types);
    expect(told[2]).toMatchObject({
      width: 800,
      height: 600,
      stride: 3200,
      mouseAllowed: true,
      data: expect.anything(),
    });
    expect(told[4]).toMatchObject({ maxAllowed: 4, heads: [{ id: 0, width: 800, height: 600 }] });
  },
  '5a. starts with a primary of 64x64 and copies its whole screen there: the part that is there is drawn':
    () => {
      const guest = new LinuxGuest().probe();
      guest.createPrimary({ width: 64, height: 64, memory: surfacesSlot });
      guest.bench.worker.take();
      guest.send(copy({ x: 0, y: 0 }, pixels(1024, 600)));
      const [drawn] = guest.bench.worker.take();
      expect(drawn).toMatchObject({
        drawable: {
          box: rectAt(0, 0, 64, 64),
          operation: { type: 'copy', sourceArea: rectAt(0, 0, 64, 64) },
        },
      });
      expect(guest.bench.device.statistics).toMatchObject({ refused: 0, guestBugs: 0 });
    },
  '6. draws damage as one clipped COPY each, which comes back': () => {
    const guest = shown();
    const command = copy({ x: 8, y: 16 }, pixels(496, 16), {
      clip: [rectAt(8, 16, 100, 8), rectAt(9, 24, 50, 8)],
    });
    const id = guest.send(command);
    expect(guest.bench.worker.take()).toEqual([command]);
    guest.bench.clock.advance(50);
    expect(guest.released).toEqual([id]);
  },
  '7. sets, moves and hides a pointer of 64x64 pixels with alpha, in one chunk': () => {
    const guest = shown();
    const data = new Uint8Array(16_384).fill(0x80);
    const commands = [
      cursor({ x: 3, y: 4 }, { width: 64, height: 64, data }, { hotSpot: { x: 1, y: 2 } }),
      { type: 'cursorMove', position: { x: -5, y: 6 } } as const,
      { type: 'cursorHide' } as const,
    ];
    const ids = commands.map((command) => guest.send(command));
    expect(guest.bench.worker.take()).toEqual(commands);
    guest.bench.clock.advance(50);
    expect(guest.released).toEqual(ids);
  },
  '8. passes drawings of user space on, whatever their operation': () => {
    const guest = shown();
    const commands = [fill(rectAt(0, 0, 9, 9), 0xff), copyBits(rectAt(20, 0, 9, 9), { x: 0, y: 0 })];
    for (const command of commands) guest.send(command);
    expect(guest.bench.worker.take()).toEqual(commands);
  },
  '9. waits for fences by ringing NOTIFY_OOM until its commands come back': () => {
    const guest = shown();
    const ids = [1, 2, 3].map((color) => guest.send(fill(rectAt(0, 0, 9, 9), color)));
    expect(guest.released).toEqual([]);
    for (let tries = 0; tries < 3; tries++) guest.bench.out(ports.notifyOom);
    expect(guest.released).toEqual(ids);
  },
  '10. suspends without a client or a server: the rings run empty': () => {
    const guest = shown();
    guest.bench.worker.room = 0;
    const ids = Array.from({ length: 30 }, (_, color) => guest.send(fill(rectAt(0, 0, 9, 9), color)));
    expect(guest.idle(ramLayout.commandRing)).toBe(false);
    guest.bench.device.display.detached?.();
    expect(guest.idle(ramLayout.commandRing)).toBe(true);
    guest.bench.out(ports.notifyOom);
    guest.bench.clock.advance(50);
    expect(guest.released).toEqual(ids);
    expect(guest.idle(ramLayout.releaseRing)).toBe(true);
  },
  '11. unloads: everything comes back within a second of NOTIFY_OOM': () => {
    const guest = shown();
    const ids = Array.from({ length: 200 }, (_, color) => guest.send(fill(rectAt(0, 0, 9, 9), color)));
    guest.bench.out(ports.notifyOom);
    guest.bench.clock.advance(1000);
    expect(guest.released).toEqual(ids);
  },
  '11a. comes back after a suspend with a reset, and shows its picture again': () => {
    const guest = shown();
    guest.send(fill(rectAt(0, 0, 9, 9), 1));
    guest.probe();
    guest.createPrimary({ width: 1024, height: 600, memory: surfacesSlot });
    expect(guest.bench.worker.types().at(-1)).toBe('primaryCreate');
    expect(guest.bench.device.statistics.guestBugs).toBe(0);
  },
};

const xorg: Readonly<Record<string, () => void | Promise<void>>> = {
  'adds slots with the synchronous port': () => {
    const { slot, set64, out, device } = bench();
    const ram = slot.barBase(0) ?? 0;
    set64(ramLayout.slotStart, BigInt(ram));
    set64(ramLayout.slotEnd, BigInt(ram + 4096));
    out(ports.memslotAdd, 1);
    expect(device.statistics.guestBugs).toBe(0);
  },
  'updates an area with the synchronous port before its processor reads a surface': () => {
    const { worker, started } = bench();
    const driver = started();
    worker.prompt = true;
    worker.pixels = (_, area) => filled(area, 0x66);
    driver.send(fill(rectAt(0, 0, 8, 8), 0x666666));
    driver.updateAreaNow(rectAt(0, 0, 64, 48));
    expect(driver.primaryMemory(4)[0]).toBe(0x66);
  },
  'has images cached by their ids': () => {
    const guest = shown();
    const cached = { ...pixels(4, 4), id: (77n << 32n) | 0n, flags: 1 };
    guest.send(copy({ x: 0, y: 0 }, cached));
    expect(guest.bench.worker.take()).toMatchObject([
      { drawable: { operation: { source: { id: 77n << 32n, flags: 1 } } } },
    ]);
  },
  'composes with A8 surfaces': () => {
    const guest = shown();
    const glyphs = { ...surface(3, { width: 8, height: 8 }), format: 8, stride: 8 } as const;
    guest.send(glyphs);
    const image = (id: number) =>
      ({ id: 0n, flags: 0, width: 8, height: 8, content: { type: 'surface', surfaceId: id } }) as const;
    const operation = {
      type: 'composite',
      flags: 3,
      source: image(3),
      mask: image(3),
      sourceTransform: null,
      maskTransform: [65536, 0, 0, 0, 65536, 0],
      sourceOrigin: { x: 0, y: 0 },
      maskOrigin: { x: 1, y: 1 },
    } as const;
    const composed = draw(rectAt(0, 0, 8, 8), operation, {
      dependencies: [{ surfaceId: 3, area: rectAt(0, 0, 8, 8) }],
    });
    guest.send(composed);
    expect(guest.bench.worker.take().map(({ type }) => type)).toEqual(['surfaceCreate', 'draw']);
    expect(guest.bench.device.statistics.refused).toBe(0);
  },
  'describes several heads on one primary': () => {
    const guest = shown();
    monitorsObject(guest, [
      [0, 0, 512, 600, 0, 0, 0],
      [1, 0, 512, 600, 512, 0, 0],
    ]);
    guest.bench.out(ports.monitorsConfigAsync);
    expect(guest.bench.worker.take()).toMatchObject([
      { heads: [{ id: 0 }, { id: 1, x: 512 }], maxAllowed: 4 },
    ]);
  },
  'destroys surfaces, whose memory then comes back with both commands': () => {
    const guest = shown();
    const ids = [
      guest.send(surface(5, { width: 4, height: 4 })),
      guest.send({ type: 'surfaceDestroy', surfaceId: 5 }),
    ];
    guest.bench.out(ports.flushRelease);
    guest.collect();
    expect(guest.released).toEqual(ids);
  },
};

const bios: Readonly<Record<string, () => void | Promise<void>>> = {
  'finds a VGA adapter with its image in the expansion ROM': () => {
    const { device } = bench({ primary: true, bios: new Uint8Array(65_536) });
    expect(device.identity.classCode).toBe(0x030000);
    expect(device.expansionRom?.length).toBe(65_536);
  },
  'is not bothered by the rings: they are not read in VGA mode': () => {
    const { device, set, out, get } = bench({ primary: true });
    set(ramLayout.commandRing + ringLayout.produced, 1);
    out(ports.notifyCommand);
    expect(get(ramLayout.commandRing + ringLayout.consumed)).toBe(0);
    expect(device.statistics).toMatchObject({ commands: 0, guestBugs: 0 });
  },
  'leaves it to a driver: the asynchronous ports that mean nothing yet complete at once': () => {
    for (const port of [ports.updateAreaAsync, ports.flushSurfacesAsync, ports.monitorsConfigAsync]) {
      const { set, get, out, device } = bench({ primary: true });
      set(ramLayout.intPending, 0);
      out(port);
      expect(get(ramLayout.intPending)).toBe(interruptBits.ioCommand);
      expect(device.statistics.guestBugs).toBe(0);
    }
  },
};

describe.each([
  ['Linux', linux],
  ['the X.org driver', xorg],
  ['the VGA BIOS', bios],
] as const)('%s', (_, lines) => {
  it.each(Object.entries(lines))('%s', (_name, line) => line());
});

it('a drawing of Linux outside of its surface altogether is refused still', () => {
  const guest = new LinuxGuest().probe();
  guest.createPrimary({ width: 64, height: 64, memory: surfacesSlot });
  guest.send(copy({ x: 64, y: 0 }, pixels(8, 8)));
  guest.send(draw(rectAt(60, 0, 8, 8), { type: 'blackness', mask: noMask() }));
  expect(guest.bench.device.statistics.refused).toBe(2);
});
