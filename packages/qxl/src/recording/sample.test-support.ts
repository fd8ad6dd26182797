import type { QxlCommand } from '@lazyspice/core';
import { RecordingError } from './errors.js';
import { type RecordingEvent, RecordingParser } from './parser.js';

/** The text of recordings for tests, written by hand from recording-format. */
export const header = 'SPICE_REPLAY 1\n';
export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const drawHead = `drawable
rect bbox 1 2 30 40
type 0
effect 1
mm_time -1
self_bitmap 0
rect self_bitmap_area 0 0 0 0
surface_id 7
surfaces_dest 3
rect surfaces_rects 5 6 7 8
surfaces_dest -1
rect surfaces_rects 0 612608 0 1075836928
surfaces_dest -1
rect surfaces_rects 0 0 0 0
`;
export const noMask = 'flags 0\npoint 0 0\nimage 0\n';
export const bitmap = `image 1
descriptor.id 18446744073709551615
descriptor.type 0
descriptor.flags 1
descriptor.width 2
descriptor.height 2
bitmap.format 5
bitmap.flags 6
bitmap.x 2
bitmap.y 2
bitmap.stride 3
has_palette 1
qp.num_ents 2
unique 77
ents -16777216
ents 255
`;
export const flatPixels = 'data_chunks 0 6\nbinary 0 bitmap.data 6:ABCDEF\n';
export const copyTail = `rect src_area 0 0 2 2\nrop_descriptor 8\nscale_mode 1\n${noMask}`;

/** One event of a draw with the standard head. */
export const drawing = (body: string): string => `event 1 0 1 5\n${drawHead}${body}`;

/** All events of a recording that is complete after `text`. */
export function parse(text: string): RecordingEvent[] {
  const parser = new RecordingParser();
  parser.push(bytesOf(header + text));
  const events = [...parser];
  parser.finish();
  return events;
}

/** The command of the first event. */
export function commandOf(text: string): QxlCommand {
  const [event] = parse(text);
  if (!event?.command) throw new Error(`no command: ${event?.refused}`);
  return event.command;
}

/** What parsing `text` throws. */
export function errorOf(text: string): RecordingError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof RecordingError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
