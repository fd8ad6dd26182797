/** The cursor channel: protocol §5.4. */
import { CursorType, channel, message, Point16, schema } from '@lazyspice/core';
import { protocolLimits as limits } from './limits.js';

const { bool8, flags, rest, struct, u16, u64, unless } = schema;

/** `none` follows from the header. */
export const CursorFlags = flags(u16, { none: 1, cacheMe: 2, fromCache: 4 });

export const CursorHeader = struct('CursorHeader', {
  /** 0: never cached. */
  unique: u64,
  type: CursorType,
  width: u16,
  height: u16,
  hotSpotX: u16,
  hotSpotY: u16,
});

/** A shape, up to the end of the message; `data` is empty when there is no header or it is in the cache. */
export const WireCursor = struct('WireCursor', {
  flags: CursorFlags,
  header: unless('flags', 'none', CursorHeader),
  data: rest({ max: limits.imageData }),
});

export const cursor = channel({
  type: 4,
  name: 'cursor',
  capabilities: {},
  clientMaxBody: limits.cursorClientBody,
  server: {
    init: message(
      101,
      { position: Point16, trailLength: u16, trailFrequency: u16, visible: bool8, cursor: WireCursor },
      'The state to begin with, also after RESET.',
    ),
    reset: message(102, {}, 'Forgets everything; INIT must follow.'),
    set: message(103, { position: Point16, visible: bool8, cursor: WireCursor }, 'Another shape.'),
    move: message(104, { position: Point16 }, 'Another place; shows the pointer.'),
    hide: message(105, {}, 'Hides the pointer.'),
    trail: message(106, { length: u16, frequency: u16 }, 'Trail; ignored by clients.'),
    invalOne: message(107, { id: u64 }, 'A shape leaves the cache.'),
    invalAll: message(108, {}, 'Empties the cache.'),
  },
  client: {},
});
