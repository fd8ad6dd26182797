// Every function that the server calls, in one module with one memory.
export { failureAddress, failureKind } from './failure';
export { glzEncodeSegment, glzEncodeSetup } from './glz-encode';
export { jpegEncodeEnd, jpegEncodeRow, jpegEncodeStart, jpegTables, widenRgb16 } from './jpeg-encode';
export { lzDecodePlane } from './lz-decode';
export { lzEncodePlane } from './lz-encode';
export { lz4DecodeBlock } from './lz4-decode';
export { lz4EncodeBlock, lz4EncodeStart } from './lz4-encode';
export { expandRgb24, extractAlpha, mergeAlpha, packRgb24 } from './pixels';
export { quicDecodeEnd, quicDecodeRows, quicDecodeStart } from './quic-decode';
export { quicEncodeEnd, quicEncodeRows, quicEncodeStart } from './quic-encode';
