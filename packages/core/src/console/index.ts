/** For cores and programs that show a plain frame buffer: loaded by them alone. */
export {
  type CursorPicture,
  createDisplay,
  Display,
  type DisplayEvents,
  type DisplayOptions,
  type PixelFormat,
} from '../display/create-display.js';
export { DisplayError, type DisplayErrorCode } from '../display/display-error.js';
export { findChanges, type PixelFrame, stripWidth } from './dirty-strips.js';
export {
  PixelDisplay,
  type PixelDisplayOptions,
  type PixelUpdate,
  type PointerShape,
} from './pixel-display.js';
export { type MirrorUpdate, PrimaryMirror } from './primary-mirror.js';
export { type KeyEvent, ScancodeDecoder } from './scancodes.js';
