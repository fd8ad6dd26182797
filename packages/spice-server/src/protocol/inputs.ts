/** The inputs channel: protocol §5.3. */
import { channel, message, schema } from '@lazyspice/core';
import { inputsCapabilities } from './capabilities.js';
import { protocolLimits as limits } from './limits.js';

const { flags, i32, rest, u8, u16, u32 } = schema;

export const KeyModifiers = flags(u16, { scrollLock: 1, numLock: 2, capsLock: 4 });
export const MouseButtons = flags(u16, {
  left: 1,
  middle: 2,
  right: 4,
  up: 8,
  down: 16,
  side: 32,
  extra: 64,
});
/** Numbers in MOUSE_PRESS and MOUSE_RELEASE. */
export const mouseButtonNumbers = {
  left: 1,
  middle: 2,
  right: 3,
  up: 4,
  down: 5,
  side: 6,
  extra: 7,
} as const;

const button = { button: u8, buttons: MouseButtons };

export const inputs = channel({
  type: 3,
  name: 'inputs',
  capabilities: inputsCapabilities,
  clientMaxBody: limits.inputsClientBody,
  server: {
    init: message(101, { modifiers: KeyModifiers }, 'The lights of the keyboard to begin with.'),
    keyModifiers: message(102, { modifiers: KeyModifiers }, 'The lights of the keyboard have changed.'),
    mouseMotionAck: message(111, {}, 'Four motions or positions have been taken.'),
  },
  client: {
    /** Up to four bytes of PC/XT scan code, low byte first, ended by a zero byte. */
    keyDown: message(101, { code: u32 }, 'A key goes down.'),
    keyUp: message(102, { code: u32 }, 'A key goes up.'),
    keyModifiers: message(103, { modifiers: KeyModifiers }, 'The locks that the client wants.'),
    keyScancode: message(
      104,
      { scancodes: rest({ max: limits.inputsClientBody }) },
      'Raw scan codes (server capability keyScancode).',
    ),
    mouseMotion: message(111, { dx: i32, dy: i32, buttons: MouseButtons }, 'Relative motion, pixels.'),
    mousePosition: message(
      112,
      { x: u32, y: u32, buttons: MouseButtons, displayId: u8 },
      'Absolute position on a monitor, pixels.',
    ),
    mousePress: message(113, button, 'A button goes down; the mask has it already.'),
    mouseRelease: message(114, button, 'A button goes up; the mask does not have it any more.'),
  },
});
