import { BitmapFormat } from '@lazyspice/core';
import type { DecodeTarget, EncodedShape, ImageDecoder } from '../contract.js';
import { checkData, checkSize } from '../decoding.js';
import { checkExpectedSize, checkTarget } from '../images.js';
import { type JpegFrame, JpegMarkers, type JpegScan } from './jpeg-markers.js';
import { type JpegPlane, writeBlock, writePicture } from './jpeg-samples.js';
import { JpegBits, readBlock } from './jpeg-scan.js';

/** Bytes of the start marker and the head of a segment. */
const leastBytes = 6;

/**
 * Decodes baseline JPEG files, grey or with three components in one scan, to rgb32 with the top row first. Plain
 * rather than fast: it is there for clients in tests.
 */
export class JpegDecoder implements ImageDecoder {
  readonly codec = 'jpeg';

  inspect(data: Uint8Array, expected: { readonly width: number; readonly height: number }): EncodedShape {
    this.#readFrame(data, expected);
    return shapeOf(expected);
  }

  /** As the contract says; also refuses, with `ERR_CODEC_UNSUPPORTED`, files that are not baseline. */
  decode(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const markers = this.#readFrame(data, target);
    checkTarget(this.codec, target, target.width * 4);
    writePicture(decodePlanes(data, markers.readScan()), target);
    return shapeOf(target);
  }

  #readFrame(data: Uint8Array, expected: { readonly width: number; readonly height: number }): JpegMarkers {
    checkExpectedSize(this.codec, expected);
    checkData(this.codec, data, leastBytes);
    const markers = new JpegMarkers(data);
    const { width, height } = markers.readFrame();
    checkSize(this.codec, 0, width, height, expected);
    return markers;
  }
}

const shapeOf = ({ width, height }: { readonly width: number; readonly height: number }): EncodedShape => ({
  format: BitmapFormat.values.rgb32,
  width,
  height,
  topDown: true,
});

/** The planes of a frame, empty, and the MCUs it has across and down. */
function makePlanes({ width, height, components }: JpegFrame): {
  planes: JpegPlane[];
  mcusAcross: number;
  mcusDown: number;
} {
  const across = Math.max(...components.map((component) => component.across));
  const down = Math.max(...components.map((component) => component.down));
  const mcusAcross = Math.ceil(width / (8 * across));
  const mcusDown = Math.ceil(height / (8 * down));
  const planes = components.map((component): JpegPlane => {
    const pitch = mcusAcross * component.across * 8;
    return {
      pitch,
      samples: new Uint8Array(pitch * mcusDown * component.down * 8),
      width: Math.ceil((width * component.across) / across),
      height: Math.ceil((height * component.down) / down),
      across: across / component.across,
      down: down / component.down,
    };
  });
  return { planes, mcusAcross, mcusDown };
}

function decodePlanes(data: Uint8Array, { frame, tables, restartInterval, start }: JpegScan): JpegPlane[] {
  const { planes, mcusAcross, mcusDown } = makePlanes(frame);
  const bits = new JpegBits(data, start);
  const coefficients = new Float32Array(64);
  const lastDcs = planes.map(() => 0);
  for (let mcu = 0; mcu < mcusAcross * mcusDown; mcu++) {
    if (restartInterval > 0 && mcu > 0 && mcu % restartInterval === 0) {
      bits.restart(mcu / restartInterval - 1);
      lastDcs.fill(0);
    }
    const left = mcu % mcusAcross;
    const top = Math.floor(mcu / mcusAcross);
    for (const [i, plane] of planes.entries()) {
      const { across, down } = frame.components[i]!;
      for (let block = 0; block < across * down; block++) {
        const x = (left * across + (block % across)) * 8;
        const y = (top * down + Math.floor(block / across)) * 8;
        lastDcs[i] = readBlock(bits, tables[i]!, lastDcs[i]!, coefficients);
        writeBlock(coefficients, plane, y * plane.pitch + x);
      }
    }
  }
  return planes;
}
