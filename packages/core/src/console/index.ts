/** For cores that show a plain frame buffer: loaded by them alone. */
export { findChanges, type PixelFrame, stripWidth } from './dirty-strips.js';
export { type MirrorUpdate, PrimaryMirror } from './primary-mirror.js';
