import type { PciSlot, QxlCommand, QxlWorker, Rect } from '@lazyspice/core';
import { BarMemory } from './bar-memory.js';
import { ClientWishes } from './client-wishes.js';
import type { QxlConfig } from './config.js';
import { CommandConsumer } from './consumer.js';
import { CursorMemory } from './cursor-memory.js';
import { Interrupts } from './interrupts.js';
import { bars, interruptBits, ramLayout } from './layout.js';
import type { QxlLog } from './log.js';
import { MemorySlots } from './memory-slots.js';
import { Operations } from './operations.js';
import { PlainDisplay } from './plain-display.js';
import { PortHandler } from './port-handler.js';
import { RamHeader } from './ram-header.js';
import { CommandRing, ReleaseRing } from './rings.js';
import { QxlRom } from './rom.js';
import { ServerLink } from './server-link.js';
import { type DeviceMode, decodeState, encodeState, type QxlState } from './state.js';
import { type Surface, Surfaces } from './surfaces.js';

export interface QxlCardParts {
  readonly slot: PciSlot;
  readonly config: QxlConfig;
  readonly log: QxlLog;
  /** Milliseconds. */
  readonly patience: number;
}

/** Milliseconds that released commands wait for company before the guest gets them. */
const releaseDelay = 20;
/** Milliseconds after which what was drawn is put into guest memory, so that it outlives the server. */
const keepDelay = 1000;
/** Milliseconds that the guest has to itself before its rings are read again when they are never empty. */
const turnDelay = 1;
/** Milliseconds of patience with a server that was too late the last time: the guest must not stand still for it. */
const shortPatience = 10;

/** The inside of a device that is plugged in: its parts, its modes, and what happens by itself. */
export class QxlCard {
  readonly config: QxlConfig;
  readonly memory: BarMemory;
  readonly header: RamHeader;
  readonly rom: QxlRom;
  readonly slots: MemorySlots;
  readonly interrupts: Interrupts;
  readonly releases: ReleaseRing;
  readonly link: ServerLink;
  readonly surfaces: Surfaces;
  readonly cursor = new CursorMemory();
  readonly wishes: ClientWishes;
  readonly operations: Operations;
  readonly log: QxlLog;
  readonly #fullPatience: number;
  readonly #slot: PciSlot;
  readonly #consumer: CommandConsumer;
  readonly #plain: PlainDisplay;
  readonly #ports: PortHandler;
  readonly #timers = new Map<'release' | 'keep' | 'take', () => void>();
  #mode: DeviceMode = 'undefined';
  #colors555 = false;
  #monitors: QxlCommand | null = null;
  #guestBug = false;
  #guestBugs = 0;
  #lateUpdates = 0;
  #late = false;
  #running = false;
  #epoch = 0;

  constructor({ slot, config, log, patience }: QxlCardParts) {
    this.#slot = slot;
    this.config = config;
    this.log = log;
    this.#fullPatience = patience;
    this.memory = new BarMemory(slot);
    this.header = new RamHeader(this.memory, config.ram - ramLayout.bytes);
    this.rom = new QxlRom(this.memory, config);
    this.slots = new MemorySlots(this.memory);
    this.interrupts = new Interrupts(this.header, (level) => slot.setInterrupt(level));
    this.wishes = new ClientWishes({
      config,
      header: this.header,
      rom: this.rom,
      interrupts: this.interrupts,
      running: () => this.#running,
    });
    const raise = (bits: number): void => this.interrupts.raise(bits);
    this.releases = new ReleaseRing(this.header, this.slots, raise);
    this.link = new ServerLink({ ready: () => this.take(), resynchronise: () => this.#tellEverything() });
    this.surfaces = new Surfaces(this.slots, this.link);
    const ring = (base: number, bit: number): CommandRing =>
      new CommandRing(this.header, base, () => raise(bit));
    this.#consumer = new CommandConsumer({
      commands: ring(ramLayout.commandRing, interruptBits.display),
      cursors: ring(ramLayout.cursorRing, interruptBits.cursor),
      releases: this.releases,
      slots: this.slots,
      surfaces: this.surfaces,
      cursor: this.cursor,
      link: this.link,
      surfaceLimit: config.surfaces,
      log,
      compat: () => (this.#mode === 'compat' ? { colors555: this.#colors555 } : null),
      guestBug: (message) => this.guestBug(message),
      bugged: () => this.#guestBug,
      now: () => slot.clock.now(),
      update: (surface, area, done) => this.update(surface, area, done),
    });
    this.operations = new Operations(this.#consumer, this.link, () => this.#mode !== 'vga');
    this.#plain = new PlainDisplay(slot.vga, slot.clock, this.link);
    this.#ports = new PortHandler(this);
    slot.vga?.onPortWrite(() => this.#legacyPortWritten());
    this.hardReset();
  }

  get mode(): DeviceMode {
    return this.#mode;
  }
  get bugged(): boolean {
    return this.#guestBug;
  }
  get running(): boolean {
    return this.#running;
  }
  get statistics(): { commands: number; refused: number; guestBugs: number; lateUpdates: number } {
    const { taken, refused } = this.#consumer;
    return { commands: taken, refused, guestBugs: this.#guestBugs, lateUpdates: this.#lateUpdates };
  }

  /** A server takes the display into use; null: none any more. */
  attach(worker: QxlWorker | null): void {
    this.wishes.serverChanged();
    this.#late = false;
    if (worker === null) this.link.detach();
    else this.link.attach(worker);
    this.wishes.tellServer(this.link.worker);
  }

  /** A write of the guest to an I/O port. */
  port(port: number, value: number): void {
    this.#ports.write(port, value);
    this.#arm();
    this.wishes.tellServer(this.link.worker);
  }

  guestBug(message: string): void {
    this.log('warn', `the guest's driver is wrong: ${message}`);
    this.#guestBugs++;
    this.#guestBug = true;
    this.interrupts.raise(interruptBits.error);
  }

  /** Reads the rings, as far as the server has room. */
  take(): void {
    if (!this.#running) return;
    if (this.operations.proceed(true) && this.#mode !== 'vga' && !this.#consumer.sleep()) {
      this.#after('take', turnDelay, () => this.take());
    }
    this.#arm();
  }

  /** Waits, blocking, until what ports asked for has been done, or patience ends. */
  settle(): void {
    if (this.operations.idle) return;
    const now = (): number => this.#slot.clock.now();
    const end = now() + this.#patience;
    while (!this.operations.idle && now() < end) {
      if (this.link.retryWithin(end - now())) this.operations.proceed(false);
    }
    this.#late = !this.operations.idle;
  }

  /** Brings guest memory up to date and calls back; not when the device is reset meanwhile. */
  update(surface: Surface, area: Rect, done: () => void): void {
    this.whenDone(this.surfaces.update(surface, area), done);
  }

  whenDone(work: Promise<void> | null, done: () => void): void {
    if (work === null) return done();
    const epoch = this.#epoch;
    void work.then(() => {
      if (epoch === this.#epoch) done();
    });
  }

  /**
   * As `update`, within the port write. When the server is too late memory stays as it was; the guest hears of it by
   * the ERROR interrupt, and goes on.
   */
  updateNow(surface: Surface, area: Rect): void {
    const limit = this.#patience;
    this.#late = !this.surfaces.updateNow(surface, area, limit, () => this.#slot.clock.now());
    if (!this.#late) return;
    this.#lateUpdates++;
    this.log('warn', `surface ${surface.id}: no picture for a synchronous update in ${limit} ms`);
    this.interrupts.raise(interruptBits.error);
  }

  /** Milliseconds that a synchronous port may take at the moment. */
  get #patience(): number {
    return this.#late ? Math.min(shortPatience, this.#fullPatience) : this.#fullPatience;
  }

  /** Hard reset (§9.1): the RESET port, PCI reset, power-on. */
  hardReset(): void {
    this.#forget();
    this.header.reset();
    this.rom.reset();
    this.interrupts.update();
    if (this.config.primary) this.#enterVga();
    this.wishes.tellServer(this.link.worker);
  }

  /** SET_MODE and CREATE_PRIMARY leave VGA mode; the latter stays in it when its record is bad. */
  leaveVga(): void {
    if (this.#mode !== 'vga') return;
    this.#plain.leave();
    this.forgetCursor();
    this.#mode = 'undefined';
  }

  enterMode(mode: 'native' | 'undefined' | 'compat', colors555 = false): void {
    this.#mode = mode;
    this.#colors555 = colors555;
  }

  forgetCursor(): void {
    this.cursor.forget();
    this.link.send({ type: 'cursorReset' });
  }

  setMonitors(command: QxlCommand): void {
    this.#monitors = command;
    this.link.send(command);
  }

  setRunning(running: boolean): void {
    this.#running = running;
    this.interrupts.setRunning(running);
    this.#plain.setRunning(running);
    if (running) {
      this.#ports.resume();
      this.wishes.tell();
      this.take();
    } else {
      this.#stopTimers();
    }
  }

  async save(): Promise<Uint8Array> {
    while (!this.operations.proceed(false)) await this.link.worker?.space();
    await this.surfaces.updateAll();
    const surfaces = this.surfaces.all.map(({ bytes: _, dirty: __, ...surface }) => surface);
    const state: QxlState = {
      mode: this.#mode,
      guestBug: this.#guestBug,
      asyncInFlight: this.#ports.asyncInFlight,
      colors555: this.#colors555,
      slots: this.slots.all(),
      releases: { open: this.releases.open, last: this.releases.last },
      surfaces,
      cursor: this.cursor.current,
      monitors: this.#monitors,
    };
    return encodeState(state, this.config);
  }

  restore(bytes: Uint8Array): void {
    let state: QxlState;
    try {
      state = decodeState(bytes, this.config);
    } catch (error) {
      this.hardReset();
      throw error;
    }
    this.#forget();
    for (const [id, slot] of state.slots.entries()) this.slots.set(id, slot);
    this.releases.restore(state.releases.open, state.releases.last);
    for (const { id, command, ...shape } of state.surfaces) {
      if (this.surfaces.problem(shape) === null) this.surfaces.add(id, shape, { keepData: true, command });
    }
    if (state.mode === 'vga') this.#enterVga();
    else this.enterMode(state.mode, state.colors555);
    if (state.cursor !== null) this.cursor.restore(state.cursor);
    this.#monitors = state.monitors;
    this.#guestBug = state.guestBug;
    this.#ports.restore(state.asyncInFlight);
    this.#tellEverything();
    this.link.kick();
    this.wishes.tellServer(this.link.worker);
  }

  /** The device is taken out. */
  stop(): void {
    this.#epoch++;
    this.#stopTimers();
    this.#plain.leave();
    this.#slot.vga?.onPortWrite(null);
    this.link.send({ type: 'surfacesDestroy' });
    this.link.kick();
  }

  /** Everything that belongs to the guest's driver, but for the RAM header. */
  #forget(): void {
    this.#epoch++;
    this.#stopTimers();
    this.operations.clear();
    this.#ports.reset();
    this.#plain.leave();
    this.link.send({ type: 'cursorReset' });
    this.link.send({ type: 'imageCacheReset' });
    this.link.send({ type: 'surfacesDestroy' });
    this.link.kick();
    this.surfaces.clear();
    this.cursor.forget();
    this.slots.clear();
    this.releases.reset();
    this.#monitors = null;
    this.#guestBug = false;
    this.enterMode('undefined');
  }

  #enterVga(): void {
    this.#mode = 'vga';
    this.#plain.enter();
  }

  /** Revision 4 and older fall back to VGA mode when the guest touches the VGA's registers. */
  #legacyPortWritten(): void {
    if (this.config.revision > 4 || !this.config.primary || this.#mode === 'vga') return;
    if (this.surfaces.get(0) !== null) this.link.send({ type: 'primaryDestroy' });
    this.surfaces.remove(0);
    this.forgetCursor();
    this.#guestBug = false;
    this.#ports.reset();
    this.#enterVga();
    this.link.kick();
  }

  /** For a server that knows nothing: all that is known here and in guest memory. */
  #tellEverything(): void {
    this.link.send({ type: 'cursorReset' });
    this.link.send({ type: 'imageCacheReset' });
    this.link.send({ type: 'surfacesDestroy' });
    if (this.#mode === 'vga') return this.#plain.recreate();
    this.surfaces.recreate();
    for (const command of this.cursor.commands) this.link.send(command);
    if (this.#monitors !== null) this.link.send(this.#monitors);
  }

  /** Starts the timers of what must happen by itself. */
  #arm(): void {
    if (!this.#running) return;
    if (this.releases.open > 0) this.#after('release', releaseDelay, () => this.#publish());
    if (this.surfaces.dirty) this.#after('keep', keepDelay, () => void this.surfaces.updateAll());
  }

  #publish(): void {
    if (this.releases.open > 0) this.releases.publish();
  }

  #after(name: 'release' | 'keep' | 'take', delay: number, work: () => void): void {
    if (this.#timers.has(name)) return;
    const cancel = this.#slot.clock.after(delay, () => {
      this.#timers.delete(name);
      work();
    });
    this.#timers.set(name, cancel);
  }

  #stopTimers(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** The BAR that a guest physical range lies in, and where. */
  locate(start: number, end: number): { bar: number; offset: number } | null {
    const { ram, vram32, vram64 } = this.config;
    const sizes = [
      [bars.ram, ram],
      [bars.vram32, vram32],
      [bars.vram64, vram64 > vram32 ? vram64 : 0],
    ];
    for (const [bar, size] of sizes) {
      if (size === 0) continue;
      const base = this.memory.base(bar);
      if (base !== null && start >= base && start <= base + size && end <= base + size) {
        return { bar, offset: start - base };
      }
    }
    return null;
  }
}
