import type { PciDevice, PciSlot, SoundFormat } from '@lazyspice/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fallbackFont } from '../console/fallback-font.js';
import { V86Machine, type V86MachineOptions } from './v86-machine.js';

const memory = 16 * 1024 * 1024;
const machines: V86Machine[] = [];

async function create(code: readonly number[], more: Partial<V86MachineOptions> = {}): Promise<V86Machine> {
  const boot = { kind: 'sector', code: Uint8Array.from(code) } as const;
  const machine = await V86Machine.create({ memory, vga: 'std', boot, ...more });
  machines.push(machine);
  return machine;
}

afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.stop();
});

/** Writes "A" to the screen's corner, then each byte from the keyboard into the cell beside it. */
const echoGuest = [
  ...[0xb8, 0x00, 0xb8], // mov ax, 0xb800
  ...[0x8e, 0xc0], // mov es, ax
  ...[0x26, 0xc7, 0x06, 0x00, 0x00, 0x41, 0x1f], // mov word es:[0], 0x1f41
  ...[0xe4, 0x64], // wait: in al, 0x64
  ...[0xa8, 0x01], // test al, 1
  ...[0x74, 0xfa], // jz wait
  ...[0xe4, 0x60], // in al, 0x60
  ...[0x26, 0xa2, 0x02, 0x00], // mov es:[2], al
  ...[0x26, 0xc6, 0x06, 0x03, 0x00, 0x1f], // mov byte es:[3], 0x1f
  ...[0xeb, 0xec], // jmp wait
];

/** A text cell as bits, one number a row; set where the pixel is white. */
function cell(machine: V86Machine, column: number): number[] {
  const picture = machine.vga?.picture();
  if (picture === null || picture === undefined) return [];
  const pixels = new Uint32Array(picture.bytes.buffer, picture.bytes.byteOffset);
  return Array.from({ length: 16 }, (_, y) => {
    const at = (y * picture.stride) / 4 + column * 9;
    return pixels.subarray(at, at + 8).reduce((bits, p) => bits * 2 + (p === 0xffffff ? 1 : 0), 0);
  });
}
const glyph = (code: number): number[] => [...fallbackFont().subarray(code * 32, code * 32 + 16)];
/** The cursor stands in the first cell. */
const aboveCursor = (rows: number[]): number[] => rows.slice(0, 13);

/**
 * Reads the identity of function 0:d.0, writes it to the function's first port, and answers each interrupt by
 * writing 1 to the fifth.
 */
const busGuest = [
  ...[0x31, 0xc0], // xor ax, ax
  ...[0x8e, 0xd8], // mov ds, ax
  ...[0xc7, 0x06, 0xc8, 0x01, 0x80, 0x7c], // mov word [0x72 * 4], 0x7c80
  ...[0xc7, 0x06, 0xca, 0x01, 0x00, 0x00], // mov word [0x72 * 4 + 2], 0
  ...[0xb0, 0x11, 0xe6, 0x20, 0xe6, 0xa0], // both interrupt controllers: initialise
  ...[0xb0, 0x08, 0xe6, 0x21, 0xb0, 0x70, 0xe6, 0xa1], // vectors 8.. and 0x70..
  ...[0xb0, 0x04, 0xe6, 0x21, 0xb0, 0x02, 0xe6, 0xa1], // cascade
  ...[0xb0, 0x01, 0xe6, 0x21, 0xe6, 0xa1], // 8086 mode
  ...[0xb0, 0xfb, 0xe6, 0x21, 0xb0, 0xfb, 0xe6, 0xa1], // only IRQ 2 and 10
  ...[0xfb], // sti
  ...[0x66, 0xb8, 0x00, 0x68, 0x00, 0x80], // mov eax, 0x80006800
  ...[0xba, 0xf8, 0x0c], // mov dx, 0xcf8
  ...[0x66, 0xef], // out dx, eax
  ...[0xba, 0xfc, 0x0c], // mov dx, 0xcfc
  ...[0x66, 0xed], // in eax, dx
  ...[0xba, 0x00, 0xc2], // mov dx, 0xc200
  ...[0x66, 0xef], // out dx, eax
  ...[0xf4], // sleep: hlt
  ...[0xeb, 0xfd], // jmp sleep
];
const interruptHandler = [
  ...[0xba, 0x04, 0xc2], // mov dx, 0xc204
  ...[0xb0, 0x01], // mov al, 1
  ...[0xee], // out dx, al
  ...[0xb0, 0x20, 0xe6, 0xa0, 0xe6, 0x20], // end of interrupt
  ...[0xcf], // iret
];
const busGuestCode = [...busGuest, ...Array<number>(0x80 - busGuest.length).fill(0x90), ...interruptHandler];

/** Fills 2000 bytes at 0x10000 with a square wave, then plays them over and over at 8000 Hz on the Sound Blaster. */
const soundGuest = [
  ...[0xb8, 0x00, 0x10, 0x8e, 0xc0], // mov ax, 0x1000; mov es, ax
  ...[0x31, 0xff, 0xb9, 0xd0, 0x07], // xor di, di; mov cx, 2000
  ...[0x89, 0xf8, 0xc1, 0xe0, 0x05], // next: mov ax, di; shl ax, 5
  ...[0x98, 0x88, 0xe0, 0xaa], // cbw; mov al, ah; stosb
  ...[0xe2, 0xf5], // loop next
  ...[0xb0, 0x05, 0xe6, 0x0a, 0xe6, 0x0c], // DMA channel 1: stop, first byte next
  ...[0xb0, 0x59, 0xe6, 0x0b], // single, over and over, out of memory
  ...[0xb0, 0x00, 0xe6, 0x02, 0xe6, 0x02, 0xb0, 0x01, 0xe6, 0x83], // at 0x10000
  ...[0xb0, 0xcf, 0xe6, 0x03, 0xb0, 0x07, 0xe6, 0x03], // 2000 bytes
  ...[0xb0, 0x01, 0xe6, 0x0a], // go
  ...[0xba, 0x2c, 0x02], // mov dx, 0x22c
  ...[0xb0, 0x40, 0xee, 0xb0, 0x83, 0xee], // 125 us a sample
  ...[0xb0, 0x48, 0xee, 0xb0, 0xcf, 0xee, 0xb0, 0x07, 0xee], // blocks of 2000 bytes
  ...[0xb0, 0x1c, 0xee], // 8 bits, over and over
  ...[0xf4, 0xeb, 0xfd], // sleep: hlt; jmp sleep
];

/** Remembers what is done to it; a write to its first port raises its interrupt, one to the fifth drops it. */
class TestDevice implements PciDevice {
  readonly name = 'test';
  readonly identity = {
    vendorId: 0x1b36,
    deviceId: 0x0100,
    revision: 5,
    classCode: 0x038000,
    subsystemVendorId: 0x1af4,
    subsystemId: 0x1100,
    interruptPin: 1,
  } as const;
  readonly bars: PciDevice['bars'] = [
    { kind: 'memory', index: 0, size: 65_536, bits: 32, prefetchable: false, readOnly: false, aliasOf: null },
    { kind: 'io', index: 3, size: 32 },
  ];
  readonly expansionRom = null;
  readonly log: string[] = [];
  slot: PciSlot | null = null;
  #secret = 0;

  plugged(slot: PciSlot): void {
    this.slot = slot;
  }
  unplugged(): void {
    this.log.push('unplugged');
  }
  readPort(): number {
    return 0xff;
  }
  writePort(bar: number, offset: number, width: number, value: number): void {
    this.log.push(`write ${bar} ${offset} ${width} ${value.toString(16)}`);
    this.slot?.setInterrupt(offset === 0);
  }
  reset(): void {
    this.log.push('reset');
  }
  setRunning(running: boolean): void {
    this.log.push(running ? 'running' : 'paused');
  }
  save(): Promise<Uint8Array> {
    return Promise.resolve(Uint8Array.of(++this.#secret, 42));
  }
  restore(state: Uint8Array): void {
    this.log.push(`restored ${[...state].join(',')}`);
  }
}
const handshake = ['write 3 0 4 1001b36', 'write 3 4 1 1'];

describe('V86Machine', () => {
  it('shows text and echoes keys in the picture of its VGA', async () => {
    const machine = await create(echoGuest);
    machine.run();
    await vi.waitFor(() => expect(aboveCursor(cell(machine, 0))).toEqual(aboveCursor(glyph(0x41))));
    machine.keyboard.scancode(0x42);
    await vi.waitFor(() => expect(cell(machine, 1)).toEqual(glyph(0x42)));
    machine.keyboard.scancode(0x43);
    await vi.waitFor(() => expect(cell(machine, 1)).toEqual(glyph(0x43)));
  });

  it('goes on from a saved state in another machine', async () => {
    const first = await create(echoGuest);
    first.run();
    first.keyboard.scancode(0x42);
    await vi.waitFor(() => expect(cell(first, 1)).toEqual(glyph(0x42)));
    const state = await first.save();
    expect(first.state).toBe('running');
    const second = await create([0xf4]);
    await second.restore(state);
    expect(second.state).toBe('paused');
    expect(cell(second, 1)).toEqual(glyph(0x42));
    second.run();
    second.keyboard.scancode(0x44);
    await vi.waitFor(() => expect(cell(second, 1)).toEqual(glyph(0x44)));
  });

  it('refuses the state of another machine', async () => {
    const [first, second] = [await create(echoGuest), await create(echoGuest, { vga: 'none' })];
    const state = await first.save();
    await expect(second.restore(state)).rejects.toMatchObject({ code: 'ERR_MACHINE_IMAGE' });
    await expect(second.restore(state.subarray(1))).rejects.toMatchObject({ code: 'ERR_MACHINE_IMAGE' });
  });

  it('gives a PCI function its ports, its memory and its interrupt', async () => {
    const machine = await create(busGuestCode);
    const device = new TestDevice();
    const slot = machine.pci.plug(device);
    expect(slot.address).toEqual({ bus: 0, device: 0x0d, function: 0 });
    expect(slot.barBytes(0).every((b) => b === 0)).toBe(true);
    expect((slot.barBase(0) as number) % 65_536).toBe(0);
    expect(slot.barBase(0)).toBeGreaterThanOrEqual(memory);
    expect(slot.barBase(3)).toBe(0xc200);
    expect(slot.vga).toBeNull();
    machine.run();
    await vi.waitFor(() => expect(device.log).toEqual(['reset', 'running', ...handshake]));
    await machine.stop();
    expect(device.log.slice(-2)).toEqual(['paused', 'unplugged']);
  });

  it('boots again at a reset', async () => {
    const machine = await create(busGuestCode);
    const device = new TestDevice();
    machine.pci.plug(device);
    machine.run();
    await vi.waitFor(() => expect(device.log).toContain(handshake[1]));
    device.log.length = 0;
    machine.reset();
    await vi.waitFor(() => expect(device.log).toEqual(['reset', ...handshake]));
  });

  it('keeps BAR memory and the state of devices in its state', async () => {
    const plugged = async (): Promise<[V86Machine, TestDevice]> => {
      const machine = await create(busGuestCode);
      const device = new TestDevice();
      machine.pci.plug(device);
      return [machine, device];
    };
    const [first, device] = await plugged();
    device.slot?.barBytes(0).set([1, 2, 3], 100);
    const state = await first.save();
    const [second, other] = await plugged();
    await second.restore(state);
    expect([...(other.slot as PciSlot).barBytes(0).subarray(99, 104)]).toEqual([0, 1, 2, 3, 0]);
    expect(other.log).toEqual(['restored 1,42']);
  });

  it('refuses impossible devices', async () => {
    const machine = await create(busGuestCode);
    const plug = (bars: PciDevice['bars']) => () =>
      machine.pci.plug(Object.assign(new TestDevice(), { bars }));
    const bar = { kind: 'memory', index: 0, bits: 32, prefetchable: false, readOnly: false } as const;
    const impossible = expect.objectContaining({ code: 'ERR_MACHINE_BAR' });
    expect(plug([{ ...bar, size: 5000, aliasOf: null }])).toThrow(impossible);
    expect(plug([{ ...bar, size: 1 << 29, aliasOf: null }])).toThrow(impossible);
    expect(plug([{ ...bar, size: 4096, aliasOf: 1 }])).toThrow(impossible);
    machine.pci.plug(new TestDevice(), { bus: 0, device: 0x0d, function: 0 });
    expect(() => machine.pci.plug(new TestDevice(), { bus: 0, device: 0x0d, function: 0 })).toThrow(
      expect.objectContaining({ code: 'ERR_MACHINE_SLOT_TAKEN' }),
    );
    machine.run();
    expect(() => machine.pci.plug(new TestDevice())).toThrow(
      expect.objectContaining({ code: 'ERR_MACHINE_STATE' }),
    );
  });

  it('tells the lock lights that the guest sets', async () => {
    const setLeds = [
      ...[0xb0, 0xed, 0xe6, 0x60], // mov al, 0xed; out 0x60, al
      ...[0xb0, 0x04, 0xe6, 0x60], // mov al, 4; out 0x60, al
      ...[0xf4, 0xeb, 0xfd], // hlt; jmp
    ];
    const machine = await create(setLeds);
    const leds: number[] = [];
    machine.keyboard.attached?.({ setLeds: (mask) => leds.push(mask) });
    machine.run();
    await vi.waitFor(() => expect(leds).toEqual([0, 4]));
  });

  it('carries bytes of the serial line both ways', async () => {
    const upper = [
      ...[0xba, 0xfd, 0x03], // wait: mov dx, 0x3fd
      ...[0xec, 0xa8, 0x01, 0x74, 0xf8], // in al, dx; test al, 1; jz wait
      ...[0xba, 0xf8, 0x03], // mov dx, 0x3f8
      ...[0xec, 0x24, 0xdf, 0xee], // in al, dx; and al, 0xdf; out dx, al
      ...[0xeb, 0xef], // jmp wait
    ];
    const machine = await create(upper);
    const [line] = machine.serial;
    let text = '';
    line.onOutput((bytes) => {
      text += Buffer.from(bytes).toString();
    });
    machine.run();
    line.send(Buffer.from('hello'));
    await vi.waitFor(() => expect(text).toBe('HELLO'));
  });

  it('keeps devices out of guest RAM', async () => {
    const machine = await create(busGuestCode);
    expect(machine.memory.size).toBe(memory);
    expect(machine.memory.bytes(memory - 4, 4).length).toBe(4);
    for (const [address, length] of [
      [memory - 3, 4],
      [0xa0000, 1],
      [-1, 1],
      [0.5, 1],
    ]) {
      expect(() => machine.memory.bytes(address, length)).toThrow(RangeError);
    }
  });

  it('refuses impossible options', async () => {
    const boot = { kind: 'firmware' } as const;
    await expect(create([], { memory: 5 })).rejects.toMatchObject({ code: 'ERR_V86_OPTIONS' });
    await expect(create([], { boot })).rejects.toMatchObject({ code: 'ERR_V86_OPTIONS' });
    await expect(create([], { deviceMemory: 2 ** 31 })).rejects.toMatchObject({ code: 'ERR_V86_OPTIONS' });
  });
});

describe('sound of a guest', () => {
  it('arrives as it was written, at the rate that the guest asked for', async () => {
    const machine = await create(soundGuest);
    const playback = machine.interfaces.find((i) => i.kind === 'playback');
    const formats: SoundFormat[] = [];
    const samples: number[] = [];
    playback?.attached?.({
      start: (format) => void formats.push(format),
      samples: (buffer) => void samples.push(...new Int16Array(buffer)),
      stop: () => {},
      setVolume: () => {},
      setMute: () => {},
    });
    machine.run();
    await vi.waitFor(() => expect(samples.length).toBeGreaterThan(8000), 5000);
    expect(formats).toEqual([{ frequency: 8000, channels: 2, sampleFormat: 's16' }]);
    // Four samples low, four high, both channels alike.
    expect(samples.slice(0, 24)).toEqual([
      ...Array<number>(8).fill(-32_767),
      ...Array<number>(8).fill(32_767),
      ...Array<number>(8).fill(-32_767),
    ]);
  });
});
