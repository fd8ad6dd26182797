import { type QxlCommand, qxlLimits, type Rect, SurfaceFormat } from '@lazyspice/core';
import { CommandError } from '../commands/errors.js';
import { GuestReader } from '../commands/guest-reader.js';
import { parseMonitors, type SurfaceShape } from '../commands/parse-other.js';
import type { BarMemory } from './bar-memory.js';
import type { QxlConfig } from './config.js';
import type { Interrupts } from './interrupts.js';
import {
  bars,
  createSurfaceLayout,
  interruptBits,
  keepDataFlag,
  ports,
  ramLayout,
  slotCount,
} from './layout.js';
import type { QxlLog } from './log.js';
import type { MemorySlots } from './memory-slots.js';
import { modesFor } from './modes.js';
import type { Operations } from './operations.js';
import type { RamHeader } from './ram-header.js';
import type { ReleaseRing } from './rings.js';
import type { QxlRom } from './rom.js';
import type { ServerLink } from './server-link.js';
import type { DeviceMode } from './state.js';
import type { Surface, Surfaces } from './surfaces.js';

/** The inside of a device, as its ports use it. */
export interface PortTarget {
  readonly config: QxlConfig;
  readonly memory: BarMemory;
  readonly header: RamHeader;
  readonly rom: QxlRom;
  readonly slots: MemorySlots;
  readonly interrupts: Interrupts;
  readonly releases: ReleaseRing;
  readonly link: ServerLink;
  readonly surfaces: Surfaces;
  readonly operations: Operations;
  readonly log: QxlLog;
  readonly mode: DeviceMode;
  readonly bugged: boolean;
  readonly running: boolean;
  guestBug(message: string): void;
  /** Reads the rings. */
  take(): void;
  /** Blocks until what was asked for is done, or patience ends. */
  settle(): void;
  update(surface: Surface, area: Rect, done: () => void): void;
  updateNow(surface: Surface, area: Rect): void;
  whenDone(work: Promise<void> | null, done: () => void): void;
  hardReset(): void;
  leaveVga(): void;
  enterMode(mode: 'native' | 'undefined' | 'compat', colors555?: boolean): void;
  forgetCursor(): void;
  setMonitors(command: QxlCommand): void;
  /** The BAR that a guest physical range lies in. */
  locate(start: number, end: number): { readonly bar: number; readonly offset: number } | null;
}

const p = ports;
/** The synchronous port that does the same. */
const synchronousOf = new Map<number, number>([
  [p.updateAreaAsync, p.updateArea],
  [p.memslotAddAsync, p.memslotAdd],
  [p.createPrimaryAsync, p.createPrimary],
  [p.destroyPrimaryAsync, p.destroyPrimary],
  [p.destroySurfaceAsync, p.destroySurface],
  [p.destroyAllSurfacesAsync, p.destroyAllSurfaces],
  [p.flushSurfacesAsync, p.flushSurfacesAsync],
  [p.monitorsConfigAsync, p.monitorsConfigAsync],
]);
const worksInVga = new Set<number>([
  p.updateIrq,
  p.reset,
  p.setMode,
  p.log,
  p.memslotAdd,
  p.memslotDelete,
  p.createPrimary,
  p.memslotAddAsync,
  p.createPrimaryAsync,
]);

/**
 * The I/O ports (§5). A port's work is done within the write, unless the server has no room or must answer first:
 * an asynchronous port completes later then; a synchronous one blocks for the device's patience, and what is not done
 * by then is done later, but for UPDATE_AREA, which leaves guest memory as it is and is counted and logged.
 */
export class PortHandler {
  readonly #card: PortTarget;
  #inFlight = false;
  /** Completed while the machine was paused. */
  #held = false;

  constructor(card: PortTarget) {
    this.#card = card;
  }

  get asyncInFlight(): boolean {
    return this.#inFlight || this.#held;
  }

  reset(): void {
    this.#inFlight = false;
    this.#held = false;
  }

  /** Work in flight was finished before it was saved: only its completion is missing. */
  restore(asyncInFlight: boolean): void {
    this.#inFlight = false;
    this.#held = asyncInFlight;
  }

  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#card.interrupts.raise(interruptBits.ioCommand);
  }

  /** @param value 8 bits. */
  write(port: number, value: number): void {
    const card = this.#card;
    if (card.bugged && port !== p.reset) return;
    if (card.config.revision <= 3 && port > p.flushRelease) return card.guestBug(`port ${port}`);
    if (card.mode === 'vga' && !worksInVga.has(port)) {
      if (port >= p.updateAreaAsync && port <= p.monitorsConfigAsync)
        card.interrupts.raise(interruptBits.ioCommand);
      return;
    }
    const synchronous = synchronousOf.get(port);
    if (synchronous === undefined) return this.#execute(port, value, null);
    if (this.#inFlight) return card.guestBug(`port ${port} before the one before has completed`);
    this.#inFlight = true;
    this.#execute(synchronous, value, () => this.#complete());
  }

  #complete(): void {
    this.#inFlight = false;
    // An interrupt of a paused machine would be lost, and the guest wait for it for seconds.
    if (this.#card.running) this.#card.interrupts.raise(interruptBits.ioCommand);
    else this.#held = true;
  }

  #execute(port: number, value: number, complete: (() => void) | null): void {
    const card = this.#card;
    switch (port) {
      case p.notifyCommand:
      case p.notifyCursor:
        return card.take();
      case p.updateArea:
        return this.#updateArea(complete);
      case p.updateIrq:
        return card.interrupts.update();
      case p.notifyOom:
        return this.#outOfMemory();
      case p.reset:
        return card.hardReset();
      case p.setMode:
        return this.#setMode(value);
      case p.log:
        return card.log('info', `guest: ${card.header.logText().trimEnd()}`);
      case p.memslotAdd:
        return this.#addSlot(value, complete);
      case p.memslotDelete:
        return value >= slotCount ? card.guestBug(`memory slot ${value}`) : card.slots.set(value, null);
      case p.createPrimary:
        return this.#createPrimary(value, complete);
      case p.destroyPrimary:
        return this.#destroyPrimary(value, complete);
      case p.destroySurface:
        return this.#destroySurface(value, complete);
      case p.destroyAllSurfaces:
        return this.#after('rings', complete, () => this.#destroyAll());
      case p.flushSurfacesAsync:
        return card.operations.add(
          () => card.whenDone(card.surfaces.updateAll(), complete ?? (() => {})),
          'rings',
        );
      case p.flushRelease:
        if (!card.releases.publish()) card.log('debug', 'the release ring is full');
        return;
      case p.monitorsConfigAsync:
        return this.#after('operations', complete, () => this.#monitors());
      default:
        return card.guestBug(`port ${port}`);
    }
  }

  /** Does the work in its turn; a synchronous port waits for it. */
  #after(what: 'rings' | 'operations', complete: (() => void) | null, work: () => void): void {
    this.#card.operations.add(() => {
      work();
      complete?.();
    }, what);
    if (complete === null) this.#card.settle();
  }

  #updateArea(complete: (() => void) | null): void {
    const card = this.#card;
    const id = card.header.get(ramLayout.updateSurface);
    const at = ramLayout.updateArea;
    const [top, left] = [card.header.get(at) | 0, card.header.get(at + 4) | 0];
    const [bottom, right] = [card.header.get(at + 8) | 0, card.header.get(at + 12) | 0];
    if (id >= card.config.surfaces) return card.guestBug(`update of surface ${id}`);
    if (left === right || top === bottom) return complete?.();
    if (left > right || top > bottom || left < 0 || top < 0)
      return card.guestBug('update of an area that is none');
    card.operations.add(() => {
      const surface = card.surfaces.get(id);
      if (surface === null) complete?.();
      else if (complete !== null) card.update(surface, { top, left, bottom, right }, complete);
      else card.updateNow(surface, { top, left, bottom, right });
    }, 'rings');
    if (complete === null) card.settle();
  }

  #outOfMemory(): void {
    const card = this.#card;
    if (card.releases.waiting) return;
    card.operations.proceed(true);
    if (card.releases.open > 0) card.releases.publish();
  }

  #addSlot(id: number, complete: (() => void) | null): void {
    const card = this.#card;
    if (id >= slotCount || card.slots.get(id) !== null) return card.guestBug(`memory slot ${id}`);
    const start = Number(card.header.get64(ramLayout.slotStart));
    const end = Number(card.header.get64(ramLayout.slotEnd));
    if (start > end) return card.guestBug(`memory slot ${id} ends before it starts`);
    const place = card.locate(start, end);
    if (place === null) return card.guestBug(`memory slot ${id} outside the device's memory`);
    card.slots.set(id, { ...place, size: end - start, delta: 0 });
    card.rom.clearSlotGeneration();
    complete?.();
  }

  #createPrimary(value: number, complete: (() => void) | null): void {
    const card = this.#card;
    if (value !== 0) {
      card.guestBug(`primary surface ${value}`);
      return complete?.();
    }
    const { width, height, stride, format, flags, memory } = createSurfaceLayout;
    const record = card.header.createSurface();
    const [w, h] = [record.getUint32(width, true), record.getUint32(height, true)];
    const s = record.getInt32(stride, true);
    if (s === -(2 ** 31) || Math.abs(s) * h > card.config.vgaMemory) {
      return card.guestBug(`a primary of ${w}x${h} with a stride of ${s} bytes`);
    }
    if (card.mode === 'native') card.guestBug('a primary when there is one');
    card.leaveVga();
    if (s % 4 !== 0) return card.guestBug(`a primary with a stride of ${s} bytes`);
    // The format is checked with the rest; until then it may be any number.
    const shape = { width: w, height: h, stride: s, format: record.getUint32(format, true) as SurfaceFormat };
    const keepData = (record.getUint32(flags, true) & keepDataFlag) !== 0;
    const address = record.getBigUint64(memory, true);
    this.#after('operations', complete, () =>
      this.#makePrimary({ ...shape, memory: address }, keepData, 'native'),
    );
  }

  #makePrimary(shape: SurfaceShape, keepData: boolean, mode: 'native' | 'compat', colors555 = false): void {
    const card = this.#card;
    card.enterMode(mode, colors555);
    if (card.surfaces.get(0) !== null) this.#removePrimary();
    const problem = card.surfaces.problem(shape);
    if (problem !== null) return card.log('warn', `the primary was refused: ${problem}`);
    card.link.send(card.surfaces.createCommand(0, shape, keepData));
    card.surfaces.add(0, shape, { keepData, command: null });
  }

  #removePrimary(): void {
    const card = this.#card;
    if (card.surfaces.get(0) === null) return;
    card.link.send({ type: 'primaryDestroy' });
    card.surfaces.remove(0);
  }

  #destroyPrimary(value: number, complete: (() => void) | null): void {
    const card = this.#card;
    if (value !== 0) {
      card.guestBug(`primary surface ${value}`);
      return complete?.();
    }
    this.#after('rings', complete, () => {
      if (card.mode === 'undefined') return;
      card.enterMode('undefined');
      this.#removePrimary();
      card.forgetCursor();
    });
  }

  #destroySurface(id: number, complete: (() => void) | null): void {
    if (id >= this.#card.config.surfaces) return this.#card.guestBug(`surface ${id}`);
    // Others end with their own ring command; what this port is for, that nothing uses them, holds at once.
    this.#after('rings', complete, () => {
      if (id === 0) this.#removePrimary();
    });
  }

  #destroyAll(): void {
    const card = this.#card;
    card.link.send({ type: 'surfacesDestroy' });
    for (const { command } of card.surfaces.all) if (command !== null) card.releases.release(command);
    card.surfaces.clear();
    card.forgetCursor();
    card.enterMode('undefined');
  }

  #monitors(): void {
    const card = this.#card;
    const limit = Math.min(card.config.maxOutputs || qxlLimits.heads, qxlLimits.heads);
    const address = card.header.get64(ramLayout.monitorsConfig);
    let command: QxlCommand | null;
    try {
      command = parseMonitors(new GuestReader(card.slots), address, limit);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return card.log('warn', `monitors: ${error.message}`);
    }
    if (command !== null) card.setMonitors(command);
  }

  #setMode(index: number): void {
    const card = this.#card;
    const mode = modesFor(card.config.vgaMemory)[index];
    if (mode === undefined) return card.guestBug(`mode ${index}`);
    card.hardReset();
    card.leaveVga();
    card.slots.set(0, {
      bar: bars.ram,
      offset: 0,
      size: card.config.ram,
      delta: card.memory.base(bars.ram) ?? 0,
    });
    const { width, height, bits } = mode;
    const shape = { format: SurfaceFormat.values.xrgb, width, height, stride: -width * 4 };
    const memory = BigInt(card.memory.base(bars.ram) ?? 0);
    this.#makePrimary({ ...shape, memory }, false, 'compat', bits === 16);
    card.rom.mode = index;
    card.link.kick();
  }
}
