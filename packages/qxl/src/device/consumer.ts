import type { QxlCommand, Rect } from '@lazyspice/core';
import { CommandError } from '../commands/errors.js';
import { GuestReader } from '../commands/guest-reader.js';
import { type DrawContext, parseDrawable } from '../commands/parse-draw.js';
import { parseCursor, parseMessage, parseSurface, parseUpdate } from '../commands/parse-other.js';
import type { CursorMemory } from './cursor-memory.js';
import { commandRingSize, commandTypes } from './layout.js';
import type { QxlLog } from './log.js';
import type { MemorySlots } from './memory-slots.js';
import type { CommandRing, ReleaseRing, RingItem } from './rings.js';
import type { ServerLink } from './server-link.js';
import type { Surface, Surfaces } from './surfaces.js';

/** How far the rings had been filled when something was asked for that comes after. */
export interface RingMarks {
  readonly command: number;
  readonly cursor: number;
}

export interface CommandConsumerParts {
  readonly commands: CommandRing;
  readonly cursors: CommandRing;
  readonly releases: ReleaseRing;
  readonly slots: MemorySlots;
  readonly surfaces: Surfaces;
  readonly cursor: CursorMemory;
  readonly link: ServerLink;
  /** Ids are below it. */
  readonly surfaceLimit: number;
  readonly log: QxlLog;
  /** SET_MODE's command layout, or null in native mode. */
  compat(): { readonly colors555: boolean } | null;
  /** The guest has made a mistake that only a reset ends; the command ring is not read until then. */
  guestBug(message: string): void;
  bugged(): boolean;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Brings the area up to date and calls back, now or later; not at all when the device was reset meanwhile. */
  update(surface: Surface, area: Rect, done: () => void): void;
}

/** Milliseconds after which reading the rings of one's own accord stops for a turn of the guest. */
const turn = 10;

/** What becomes of a ring item. */
type Outcome =
  /** It is done with; its memory goes back. */
  | 'release'
  /** Its memory is kept until something else happens. */
  | 'keep'
  /** The server has no room; it stays in the ring. */
  | 'full';

/** Takes commands out of the guest's rings, checks them and gives them to the server. */
export class CommandConsumer {
  readonly #parts: CommandConsumerParts;
  /** Commands taken so far. */
  taken = 0;
  /** Commands among them that were refused. */
  refused = 0;

  constructor(parts: CommandConsumerParts) {
    this.#parts = parts;
  }

  marks(): RingMarks {
    return { command: this.#parts.commands.produced, cursor: this.#parts.cursors.produced };
  }

  /**
   * Handles what is in the rings, up to `marks` or, with null, all there is now, at most a ring's length each, and for
   * some milliseconds: what is left then is not slept on.
   * @returns false when the server has no room.
   */
  drain(marks: RingMarks | null): boolean {
    const { commands, cursors, now } = this.#parts;
    const end = marks === null ? now() + turn : Number.POSITIVE_INFINITY;
    return (
      this.#drainRing(commands, marks?.command ?? null, end, (item) => this.#command(item)) &&
      this.#drainRing(cursors, marks?.cursor ?? null, end, (item) => this.#cursor(item))
    );
  }

  /** Asks to be notified of new commands. False: some came meanwhile. */
  sleep(): boolean {
    const { commands, cursors } = this.#parts;
    const idle = commands.sleep();
    return (cursors.sleep() && idle) || this.#parts.bugged();
  }

  #drainRing(
    ring: CommandRing,
    mark: number | null,
    end: number,
    handle: (item: RingItem) => Outcome,
  ): boolean {
    const isCommandRing = ring === this.#parts.commands;
    const waiting = ring.waiting;
    if (waiting > commandRingSize) {
      this.#parts.guestBug(`a ring with ${waiting} items`);
      return true;
    }
    const upTo = mark === null ? waiting : (mark - ring.consumed) >>> 0;
    for (let left = Math.min(waiting, upTo <= commandRingSize ? upTo : 0); left > 0; left--) {
      if (isCommandRing && this.#parts.bugged()) return true;
      const item = ring.peek();
      const outcome = this.#checked(item, handle);
      if (outcome === 'full') return false;
      this.taken++;
      ring.pop();
      if (outcome === 'release') this.#parts.releases.release(item.address);
      if (this.#parts.now() >= end) break;
    }
    return true;
  }

  #checked(item: RingItem, handle: (item: RingItem) => Outcome): Outcome {
    const { slots, log, guestBug } = this.#parts;
    if (item.type === commandTypes.nop) return 'keep';
    if (slots.tryResolve(item.address, 8) === null) {
      this.refused++;
      guestBug(`a command at 0x${item.address.toString(16)}, where no memory slot is`);
      return 'keep';
    }
    try {
      return handle(item);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.refused++;
      log('warn', `a command was refused: ${error.message}`);
      return 'release';
    }
  }

  #command(item: RingItem): Outcome {
    const reader = new GuestReader(this.#parts.slots);
    switch (item.type) {
      case commandTypes.draw:
        return this.#draw(reader, item.address);
      case commandTypes.surface:
        return this.#surface(reader, item.address);
      case commandTypes.update:
        return this.#update(reader, item.address);
      case commandTypes.message:
        this.#parts.log('info', `guest: ${parseMessage(reader, item.address)}`);
        return 'release';
      default:
        return this.#unknown(item);
    }
  }

  #cursor(item: RingItem): Outcome {
    if (item.type !== commandTypes.cursor) return this.#unknown(item);
    const command = parseCursor(new GuestReader(this.#parts.slots), item.address);
    if (!this.#parts.link.offer(command)) return 'full';
    this.#parts.cursor.note(command);
    return 'release';
  }

  #unknown({ type }: RingItem): Outcome {
    this.refused++;
    this.#parts.log('warn', `a command of type ${type} where it does not belong`);
    return 'release';
  }

  #draw(reader: GuestReader, address: bigint): Outcome {
    const { surfaces, link } = this.#parts;
    const compat = this.#parts.compat();
    const context: DrawContext = {
      reader,
      compat: compat !== null,
      colors555: compat?.colors555 ?? false,
      surfaceSize: (id) => surfaces.get(id),
    };
    const drawable = parseDrawable(context, address);
    if (!link.offer({ type: 'draw', drawable })) return 'full';
    surfaces.drawn(drawable.surfaceId, drawable.box);
    return 'release';
  }

  #surface(reader: GuestReader, address: bigint): Outcome {
    const { surfaces, link, surfaceLimit, guestBug, log } = this.#parts;
    const request = parseSurface(reader, address);
    const { id } = request;
    if (id >= surfaceLimit) {
      guestBug(`surface ${id} of ${surfaceLimit}`);
      return 'release';
    }
    const existing = surfaces.get(id);
    if (request.type === 'destroy') {
      if (id === 0 || existing === null) {
        log('warn', `surface ${id} is destroyed, which is not there`);
        return 'release';
      }
      if (!link.offer({ type: 'surfaceDestroy', surfaceId: id })) return 'full';
      surfaces.remove(id);
      // Its memory was in use all the time: it goes back before the command that ends it.
      if (existing.command !== null) this.#parts.releases.release(existing.command);
      return 'release';
    }
    if (request.shape.stride % 4 !== 0) {
      guestBug(`a surface with a stride of ${request.shape.stride} bytes`);
      return 'release';
    }
    const problem =
      id === 0 || existing !== null ? `surface ${id} is there already` : surfaces.problem(request.shape);
    if (problem !== null) {
      this.refused++;
      log('warn', `a surface was refused: ${problem}`);
      return 'release';
    }
    const command: QxlCommand = surfaces.createCommand(id, request.shape, request.keepData);
    if (!link.offer(command)) return 'full';
    surfaces.add(id, request.shape, { keepData: request.keepData, command: address });
    return 'keep';
  }

  #update(reader: GuestReader, address: bigint): Outcome {
    const { area, surfaceId } = parseUpdate(reader, address);
    const surface = this.#parts.surfaces.get(surfaceId);
    if (surface === null) return 'release';
    this.#parts.update(surface, area, () => this.#parts.releases.release(address));
    return 'keep';
  }
}
