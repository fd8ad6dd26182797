import { describe, expect, it } from 'vitest';
import { QuicEncoder } from '../codecs/quic/quic-encoder.js';
import { Canvas } from './canvas/canvas.js';
import { quicSourceDecoder } from './decode-quic.js';

describe('quicSourceDecoder', () => {
  const [width, height] = [13, 7];
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 0 : (i * 37) & 0xff,
  );
  const image = { format: 8, width, height, stride: width * 4, topDown: true, pixels } as const;

  it('lets the canvas draw an image that the guest gives as QUIC', () => {
    const encoder = new QuicEncoder();
    const out = new Uint8Array(encoder.maxEncodedSize(image));
    const data = out.subarray(0, encoder.encode(image, out));
    const canvas = new Canvas({ decodeQuic: quicSourceDecoder() });
    canvas.createSurface({ id: 0, format: 32, width, height, stride: width * 4, data: null });
    const box = { top: 0, left: 0, bottom: height, right: width };
    canvas.draw({
      surfaceId: 0,
      box,
      clip: null,
      effect: 1,
      mmTime: 0,
      selfBitmapArea: null,
      dependencies: [],
      operation: {
        type: 'copy',
        source: { id: 1n, flags: 0, width, height, content: { type: 'quic', data } },
        sourceArea: box,
        rop: 8,
        scaleMode: 0,
        mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
      },
    });
    expect(canvas.readRect(0, box).bytes).toEqual(pixels);
  });

  it('refuses damaged data', () => {
    expect(() => quicSourceDecoder()(new Uint8Array(16), width, height)).toThrow();
  });
});
