// Every function that the server calls, in one module with one memory.
export { lzEncodePlane } from './lz-encode';
export { expandRgb24, extractAlpha, mergeAlpha, packRgb24 } from './pixels';
export { quicEncodeEnd, quicEncodeRows, quicEncodeStart } from './quic-encode';
