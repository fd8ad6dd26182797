import type { CursorShape, Point16, QxlCommand } from '@lazyspice/core';
import { EventText } from './event-text.js';
import { cursorCommands, keepData, ringTypes, surfaceCommands, workerTypes } from './format.js';
import { writeDraw } from './write-draw.js';

type CommandType = QxlCommand['type'];

/** Where a command stands in a recording: WHAT (0 a ring command, 1 a worker message) and TYPE. */
const places: Readonly<Record<CommandType, readonly [what: 0 | 1, type: number]>> = {
  draw: [0, ringTypes.draw],
  surfaceCreate: [0, ringTypes.surface],
  surfaceDestroy: [0, ringTypes.surface],
  cursorSet: [0, ringTypes.cursor],
  cursorMove: [0, ringTypes.cursor],
  cursorHide: [0, ringTypes.cursor],
  cursorTrail: [0, ringTypes.cursor],
  primaryCreate: [1, workerTypes.createPrimary],
  primaryDestroy: [1, workerTypes.destroyPrimary],
  surfacesDestroy: [1, workerTypes.destroySurfaces],
  cursorReset: [1, workerTypes.resetCursor],
  imageCacheReset: [1, workerTypes.resetImageCache],
  driverUnload: [1, workerTypes.driverUnload],
  monitorsConfig: [1, workerTypes.monitorsConfigAsync],
};

export interface RecordingWriterOptions {
  /** Deflate every blob (Z = 1). Smaller, but the reference reads it only when it was built with zlib. */
  readonly compress: boolean;
}

/**
 * Turns commands into a recording ("SPICE_REPLAY 1", recording-format), which `RecordingParser` and
 * libspice-server read. What the format can't say is lost: the heads of `monitorsConfig`, and chunk borders.
 */
export class RecordingWriter {
  readonly #compress: boolean;
  #counter = 0;
  #time = 0n;

  constructor(options: RecordingWriterOptions = { compress: false }) {
    this.#compress = options.compress;
  }

  /** The first line; write it once, before every event. */
  header(): Uint8Array {
    return Buffer.from('SPICE_REPLAY 1\n', 'latin1');
  }

  /**
   * The bytes of one event. `time` is in nanoseconds of a monotonic clock; a time before the last one is written
   * as the last one. Without compression the command's own pixels are among the returned pieces, not copied: write
   * them before they change.
   */
  write(command: QxlCommand, time: bigint): Uint8Array[] {
    if (time > this.#time) this.#time = time;
    const out = new EventText(this.#compress);
    const [what, type] = places[command.type];
    out.line('event', this.#counter, what, type, this.#time);
    this.#counter++;
    writeBody(out, command);
    return out.finish();
  }
}

function writeBody(out: EventText, command: QxlCommand): void {
  switch (command.type) {
    case 'draw':
      return writeDraw(out, command.drawable);
    case 'surfaceCreate':
      return writeSurfaceCreate(out, command);
    case 'surfaceDestroy':
      out.line('surface_cmd').line('surface_id', command.surfaceId);
      out.line('type', surfaceCommands.destroy).line('flags', 0);
      return;
    case 'primaryCreate':
      return writePrimaryCreate(out, command);
    case 'cursorSet':
      return writeCursorSet(out, command);
    case 'cursorMove':
      out.line('cursor_cmd').line('type', cursorCommands.move);
      return writePoint16(out, command.position);
    case 'cursorHide':
      out.line('cursor_cmd').line('type', cursorCommands.hide);
      return;
    case 'cursorTrail':
      out.line('cursor_cmd').line('type', cursorCommands.trail);
      out.line('u.trail.length', command.length).line('u.trail.frequency', command.frequency);
      return;
    case 'primaryDestroy':
    case 'surfacesDestroy':
    case 'cursorReset':
    case 'imageCacheReset':
    case 'driverUnload':
    case 'monitorsConfig':
      return;
  }
}

function writeSurfaceCreate(out: EventText, surface: Extract<QxlCommand, { type: 'surfaceCreate' }>): void {
  out.line('surface_cmd').line('surface_id', surface.surfaceId).line('type', surfaceCommands.create);
  out.line('flags', surface.data === null ? 0 : keepData);
  out.line('u.surface_create.format', surface.format);
  out.line('u.surface_create.width', surface.width).line('u.surface_create.height', surface.height);
  out.line('u.surface_create.stride', surface.stride);
  if (surface.data !== null) out.blob('data', surface.data);
}

function writePrimaryCreate(out: EventText, primary: Extract<QxlCommand, { type: 'primaryCreate' }>): void {
  const { width, height, stride, format, mouseAllowed, data } = primary;
  out.numbers(width, height, stride, format);
  out.numbers(0, mouseAllowed ? 1 : 0, data === null ? 0 : keepData, 0);
  // The format wants the surface's memory even where nobody reads it.
  out.blob('data', data ?? new Uint8Array(Math.abs(stride) * height));
}

function writePoint16(out: EventText, { x, y }: Point16): void {
  out.line('point16', x, y);
}

function writeCursorSet(
  out: EventText,
  cursor: { position: Point16; visible: boolean; shape: CursorShape },
): void {
  const { shape } = cursor;
  out.line('cursor_cmd').line('type', cursorCommands.set);
  writePoint16(out, cursor.position);
  out.line('u.set.visible', cursor.visible ? 1 : 0).line('header.unique', shape.unique);
  out.line('header.type', shape.type).line('header.width', shape.width).line('header.height', shape.height);
  out.line('header.hot_spot_x', shape.hotSpotX).line('header.hot_spot_y', shape.hotSpotY);
  out.line('data_size', shape.data.length).chunks('cursor', shape.data);
}
