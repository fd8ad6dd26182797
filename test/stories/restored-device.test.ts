/**
 * A guest that draws, and whose machine is saved, killed and restored in the middle, with a client that stays: the
 * picture goes on and no command is lost.
 */
import type { AccessWidth, GuestCpu, PciAddress, PciSlot, QxlCommand, QxlWorker } from '@lazyspice/core';
import { PlainMachine, QxlDevice, type QxlDeviceProperties, QxlDriver, scene } from '@lazyspice/qxl';
import { describe, expect, it } from 'vitest';
import { QxlDisplay } from '../../packages/spice-server/src/display/qxl-display.js';
import { Random } from '../fuzz/random.js';
import { Bench } from '../support/spice/bench.js';
import { difference } from '../support/spice/commands.js';

const { fill, copy, copyBits, cursor, imageOf, imageOfSurface, rectAt, surface } = scene;
const [width, height] = [96, 64];
/** BARs with memory of the device. */
const memoryBars = [0, 1, 2];

/** A guest's processor that goes on in another machine. */
class MovingCpu implements GuestCpu {
  #machine: PlainMachine;
  #interrupt: { readonly address: PciAddress; readonly handler: (() => void) | null } | null = null;

  constructor(machine: PlainMachine) {
    this.#machine = machine;
  }
  moveTo(machine: PlainMachine): void {
    this.#machine = machine;
    if (this.#interrupt !== null) machine.onInterrupt(this.#interrupt.address, this.#interrupt.handler);
  }
  memory(address: number, length: number): Uint8Array {
    return this.#machine.memory(address, length);
  }
  in(port: number, bytes: AccessWidth): number {
    return this.#machine.in(port, bytes);
  }
  out(port: number, bytes: AccessWidth, value: number): void {
    this.#machine.out(port, bytes, value);
  }
  readConfig(address: PciAddress, offset: number, bytes: AccessWidth): number {
    return this.#machine.readConfig(address, offset, bytes);
  }
  writeConfig(): void {}
  onInterrupt(address: PciAddress, handler: (() => void) | null): void {
    this.#interrupt = { address, handler };
    this.#machine.onInterrupt(address, handler);
  }
}

interface Machine {
  readonly machine: PlainMachine;
  readonly device: QxlDevice;
  readonly slot: PciSlot;
}

async function start(properties: QxlDeviceProperties) {
  const bench = await Bench.open();
  const build = (): Machine => {
    const machine = new PlainMachine({ clock: bench.clock });
    const device = new QxlDevice({ vgaMemory: 8 << 20, ram: 16 << 20, vram: 8 << 20, ...properties });
    return { machine, device, slot: machine.plug(device) };
  };
  const { display } = bench.addDisplay(0);
  let room = true;
  let waiting: (() => void)[] = [];
  const worker: QxlWorker = {
    submit: (command) => room && display.submit(command),
    kick: () => {},
    space: () => (room ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    spaceNow: () => room,
    flush: (level) => display.flush(level),
    read: (id, area) => display.read(id, area),
    readNow: (id, area) => display.readNow(id, area),
    takesClientMonitors: (takes) => display.takesClientMonitors(takes),
  };
  const setRoom = (is: boolean): void => {
    room = is;
    if (is) for (const resolve of waiting.splice(0)) resolve();
    waiting = [];
  };
  let current = build();
  current.device.display.attached?.(worker);
  current.machine.setRunning(true);
  const cpu = new MovingCpu(current.machine);
  const driver = new QxlDriver(cpu);
  driver.createPrimary(width, height);
  /** Ends the machine and goes on in a new one, or in the same one from the state. */
  const restore = async (where: 'new' | 'same'): Promise<void> => {
    current.machine.setRunning(false);
    const saving = current.device.save();
    await bench.settle();
    const state = await saving;
    const memories = memoryBars.map((bar) => current.slot.barBytes(bar).slice());
    if (where === 'new') {
      current.device.display.detached?.();
      current = build();
    }
    for (const bar of memoryBars) current.slot.barBytes(bar).set(memories[bar]);
    if (where === 'new') current.device.display.attached?.(worker);
    current.device.restore(state);
    cpu.moveTo(current.machine);
    current.machine.setRunning(true);
  };
  return { bench, display, driver, restore, setRoom, device: () => current.device };
}

/** What a busy desktop does, the seed decides. */
function* desktop(seed: number, count: number): Generator<QxlCommand> {
  const random = new Random(seed);
  const box = (): ReturnType<typeof rectAt> => {
    const [w, h] = [random.from(1, 30), random.from(1, 30)];
    return rectAt(random.below(width - w), random.below(height - h), w, h);
  };
  const picture = (w: number, h: number) => ({
    width: w,
    height: h,
    data: Uint8Array.from({ length: w * h * 4 }, () => random.below(256)),
  });
  yield surface(1, { width: 20, height: 20, data: picture(20, 20).data });
  yield cursor({ x: 5, y: 5 }, picture(16, 16), { hotSpot: { x: 1, y: 1 } });
  for (let index = 0; index < count; index++) {
    switch (random.below(6)) {
      case 0:
        yield fill(box(), random.below(0x1000000));
        break;
      case 1:
        yield copy({ x: random.below(60), y: random.below(30) }, imageOf(picture(30, 30)));
        break;
      case 2:
        yield copyBits(rectAt(random.below(60), random.below(30), 20, 20), {
          x: random.below(60),
          y: random.below(30),
        });
        break;
      case 3:
        yield fill(rectAt(random.below(10), random.below(10), 5, 5), random.below(0x1000000), {
          surfaceId: 1,
        });
        break;
      case 4:
        yield copy({ x: random.below(70), y: random.below(40) }, imageOfSurface(1, 20, 20));
        break;
      default:
        yield { type: 'cursorMove', position: { x: random.below(width), y: random.below(height) } };
    }
  }
}

/** What the commands make when nothing comes between them. */
function undisturbed(commands: readonly QxlCommand[]): QxlDisplay {
  const display = new QxlDisplay({
    clientMouseMode: () => false,
    primaryChanged: () => {},
    badCommand: (message) => {
      throw new Error(message);
    },
    flush: () => Promise.resolve(),
  });
  for (const command of [scene.primary(width, height), ...commands]) display.submit(command);
  return display;
}

const devices: readonly (readonly [string, QxlDeviceProperties])[] = [
  ['revision 2', { revision: 2 }],
  ['revision 3', { revision: 3 }],
  ['revision 4', { revision: 4 }],
  ['revision 5', { revision: 5 }],
  ['a VGA adapter', { primary: true }],
  ['of 64-bit memory', { vram64: 16 << 20 }],
];

describe.each(devices)('a device of %s', (_, properties) => {
  it.each(['new', 'same'] as const)(
    'that is restored in a %s machine goes on where it was',
    async (where) => {
      const { bench, display, driver, restore, setRoom, device } = await start(properties);
      const client = bench.connect();
      await bench.settle();
      const commands = [...desktop(7, 400)];
      for (const [index, command] of commands.entries()) {
        // Now and then the server has no room: commands wait in the ring while the machine is saved.
        if (index % 97 === 80) setRoom(false);
        while (!driver.send(command)) {
          setRoom(true);
          await bench.run(30);
        }
        if (index % 97 !== 90) continue;
        const restored = restore(where);
        await bench.settle();
        setRoom(true);
        await restored;
        await bench.run(10);
      }
      setRoom(true);
      await bench.run(3000);
      const expected = undisturbed(commands);
      expect(difference(expected.canvas, display.canvas, 0, { ignoreUnused: true })).toBe(null);
      expect(difference(expected.canvas, display.canvas, 1, { ignoreUnused: true })).toBe(null);
      expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
      expect(client.isOpen('display')).toBe(true);
      const pointer = ({ cursor: { shape, position, visible } }: QxlDisplay) => ({
        shape,
        position,
        visible,
      });
      expect(pointer(display)).toEqual(pointer(expected));
      driver.reap();
      // Only the surface is still out.
      expect(driver.outstanding).toBe(1);
      expect(device().statistics).toMatchObject({ refused: 0, guestBugs: 0 });
    },
  );
});
