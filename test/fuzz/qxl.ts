/**
 * Hostile guests for the QXL device, with a real server behind it:
 * `node scripts/run-typescript.mjs test/fuzz/qxl.ts [--count N] [--seed S] [--kind rings|ports|image]`.
 * A case is one of: command rings with damaged commands; a sequence of ports with spoiled registers between them; a
 * memory image of noise that is run. After each the device must be as new once it is reset, have thrown nothing, and have
 * taken less than the time limit. Prints figures and `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import type { QxlCommand } from '@lazyspice/core';
import { qxlLayout } from '@lazyspice/qxl';
import { heapStart, QxlWorld, sampleCommands, wordOf } from './qxl-world.js';
import { Random } from './random.js';

const { ports, ramLayout, ringLayout } = qxlLayout;
/** Milliseconds of one case. */
const timeLimit = 3000;
/** Bytes that the process may grow by. */
const memoryLimit = 512 * 2 ** 20;
/** Failures that are described; others are counted. */
const described = 10;
const headerWords = 5344 / 4;

export const fuzzKinds = ['rings', 'ports', 'image'] as const;
export type FuzzKind = (typeof fuzzKinds)[number];

export interface QxlFuzzResult {
  readonly cases: Readonly<Record<FuzzKind, number>>;
  readonly portWrites: number;
  /** Commands that the device took from its rings, and those of them that it refused. */
  readonly commands: number;
  readonly refused: number;
  readonly guestBugs: number;
  readonly failed: number;
  readonly failures: readonly string[];
  /** Milliseconds of the slowest case. */
  readonly slowest: number;
}

class Attacker {
  readonly #world: QxlWorld;
  readonly #random: Random;
  readonly #samples: readonly QxlCommand[];
  portWrites = 0;

  constructor(world: QxlWorld, random: Random, samples: readonly QxlCommand[]) {
    this.#world = world;
    this.#random = random;
    this.#samples = samples;
  }

  async run(kind: FuzzKind): Promise<void> {
    switch (kind) {
      case 'rings':
        return this.#rings();
      case 'ports':
        return this.#portSequence();
      case 'image':
        return this.#image();
    }
  }

  async #rings(): Promise<void> {
    const [random, world] = [this.#random, this.#world];
    world.start();
    for (let left = random.from(1, 12); left > 0; left--) {
      const written = world.write(random.pick(this.#samples));
      if (written === null) break;
      const { address, type, end } = written;
      if (random.below(4) > 0) this.#damage(end);
      world.push(address, random.below(30) === 0 ? random.below(7) : type);
      if (random.below(40) === 0) world.push(this.#address(), random.below(7));
      if (random.below(3) === 0) this.#port(ports.notifyCommand, 0);
      if (random.below(6) === 0) await this.#time();
    }
    this.#port(ports.notifyCommand, 0);
    if (random.below(3) === 0) this.#anyPort();
    await this.#time();
  }

  async #portSequence(): Promise<void> {
    const random = this.#random;
    if (random.below(2) === 0) this.#world.start();
    for (let left = random.from(1, 40); left > 0; left--) {
      if (random.below(3) === 0) this.#spoilRegister();
      if (random.below(4) === 0) this.#record();
      this.#anyPort();
      if (random.below(8) === 0) await this.#time();
    }
  }

  async #image(): Promise<void> {
    const [random, world] = [this.#random, this.#world];
    world.start();
    world.noise(random, random.pick([256, 1024, 8192]));
    for (let left = random.from(0, 60); left > 0; left--) this.#spoilRegister();
    for (let left = random.from(1, 8); left > 0; left--) world.push(this.#address(), random.below(6));
    if (random.below(8) === 0)
      this.#world.header.setUint32(ramLayout.commandRing + ringLayout.produced, wordOf(random), true);
    for (let left = random.from(1, 6); left > 0; left--) this.#anyPort();
    this.#port(ports.notifyCommand, 0);
    await this.#time();
  }

  /** Changes bytes of what lies in the heap below `end`. */
  #damage(end: number): void {
    const [random, { memory }] = [this.#random, this.#world];
    for (let left = random.from(1, 4); left > 0; left--) {
      // Heads of structures are what is looked at: near the end lies the last one that was written.
      const reach = random.pick([200, 400, end - heapStart]);
      const at = Math.max(heapStart, end - 1 - random.below(Math.max(1, reach)));
      if (random.below(2) === 0) memory.setUint8(at, random.below(256));
      else memory.setUint32(Math.min(at, end - 4), wordOf(random), true);
    }
  }

  /** Fields of the RAM header that ports read, with values that nearly fit. */
  #record(): void {
    const [random, { header }] = [this.#random, this.#world];
    const at = ramLayout.createSurface;
    const near = (value: number): number => (random.below(4) === 0 ? wordOf(random) : value);
    for (const [index, value] of [64, 48, 256, 32, 0, 0, random.below(2), 0].entries())
      header.setUint32(at + index * 4, near(value) >>> 0, true);
    header.setBigUint64(at + 32, this.#address(), true);
    header.setBigUint64(ramLayout.monitorsConfig, this.#address(), true);
    for (const [index, value] of [0, 0, 48, 64, 0].entries())
      header.setUint32(ramLayout.updateArea + index * 4, near(value) >>> 0, true);
    const base = this.#world.slot.barBase(random.below(2)) ?? 0;
    header.setBigUint64(ramLayout.slotStart, BigInt(base + random.pick([0, 4096, near(8192)])), true);
    header.setBigUint64(ramLayout.slotEnd, BigInt(base + random.pick([4096, 1 << 20, near(1 << 20)])), true);
  }

  #spoilRegister(): void {
    this.#world.header.setUint32(this.#random.below(headerWords) * 4, wordOf(this.#random), true);
  }

  #address(): bigint {
    const random = this.#random;
    const slot = random.below(10) === 0 ? random.below(65_536) : 0x0100;
    const offset = random.below(6) === 0 ? random.below(2 ** 32) : heapStart + random.below(8192);
    return (BigInt(slot) << 48n) | BigInt(offset);
  }

  #anyPort(): void {
    const random = this.#random;
    // Resets and ports that do not exist would be most of what happens.
    const port = random.below(12) === 0 ? random.below(32) : random.pick(usualPorts);
    this.#port(port, random.below(3) === 0 ? random.below(256) : random.below(3));
  }

  #port(port: number, value: number): void {
    this.portWrites++;
    this.#world.out(port, value);
  }

  async #time(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#world.clock.advance(this.#random.pick([1, 20, 1100]));
  }
}

const usualPorts = [0, 1, 2, 3, 4, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];

/** Tries `count` cases; `now` gives milliseconds, for the time limit. */
export async function fuzzQxl(
  count: number,
  seed: number,
  kinds: readonly FuzzKind[],
  now: () => number,
): Promise<QxlFuzzResult> {
  const random = new Random(seed);
  const samples = sampleCommands(seed, 400);
  const cases = { rings: 0, ports: 0, image: 0 };
  const failures: string[] = [];
  const totals = { commands: 0, refused: 0, guestBugs: 0, portWrites: 0 };
  const before = process.memoryUsage().arrayBuffers;
  let [failed, slowest] = [0, 0];
  let world = new QxlWorld();
  let attacker = new Attacker(world, random, samples);
  const account = (): void => {
    const { commands, refused, guestBugs } = world.device.statistics;
    totals.commands += commands;
    totals.refused += refused;
    totals.guestBugs += guestBugs;
    totals.portWrites += attacker.portWrites;
  };
  for (let index = 0; index < count; index++) {
    const kind = random.pick(kinds);
    const start = now();
    try {
      await attacker.run(kind);
      await world.resetClean();
      const took = now() - start;
      slowest = Math.max(slowest, took);
      if (took > timeLimit) throw new Error(`took ${took.toFixed(0)} ms`);
      const grown = index % 1000 === 999 ? process.memoryUsage().arrayBuffers - before : 0;
      if (grown > memoryLimit) throw new Error(`${grown} bytes more memory`);
    } catch (error) {
      failed++;
      if (failures.length < described)
        failures.push(`${kind} ${index}: ${error instanceof Error ? error.stack : error}`);
      account();
      world = new QxlWorld();
      attacker = new Attacker(world, random, samples);
    }
    cases[kind]++;
  }
  account();
  return { cases, ...totals, failed, failures, slowest };
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      kind: { type: 'string', default: '' },
    },
  });
  const count = Number(values.count);
  const kinds = fuzzKinds.filter((kind) => kind.startsWith(values.kind));
  const start = performance.now();
  const result = await fuzzQxl(count, Number(values.seed), kinds, () => performance.now());
  const seconds = (performance.now() - start) / 1000;
  const { cases, portWrites, commands, refused, guestBugs, slowest, failed } = result;
  console.log(
    `cases: ${Object.entries(cases)
      .map(([kind, number]) => `${kind} ${number}`)
      .join(', ')}`,
  );
  console.log(
    `${portWrites} port writes, ${commands} commands (${refused} refused), ${guestBugs} guest bugs`,
  );
  console.log(`${seconds.toFixed(1)} s, ${slowest.toFixed(1)} ms at most for a case`);
  for (const failure of result.failures) console.log(failure);
  console.log(`${count - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
