import type { Bitmap } from '@lazyspice/core';
import { rowBytes } from '../codecs/contract.js';
import { QuicDecoder } from '../codecs/quic/quic-decoder.js';
import type { DecodeQuic } from './canvas/pixel-source.js';

/** Decodes images that the guest gives as QUIC, for the canvas. */
export function quicSourceDecoder(): DecodeQuic {
  const decoder = new QuicDecoder();
  return (data, width, height): Bitmap => {
    const { format, topDown } = decoder.inspect(data, { width, height });
    const stride = Math.ceil(rowBytes(format, width) / 4) * 4;
    const pixels = new Uint8Array(stride * height);
    decoder.decode(data, { width, height, stride, pixels });
    const unstable = false;
    return { type: 'bitmap', format, topDown, unstable, width, height, stride, palette: null, data: pixels };
  };
}
