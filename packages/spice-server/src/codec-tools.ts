import { type CodecModule, moduleInterfaceVersion } from '@lazyspice/core';
import { benchCodecSpeed } from './codec-tools/bench.js';
import { encodeVectors, verifyVectors } from './codec-tools/vectors.js';

export { type DrawnImage, drawnImages, type Paint, paint } from './codec-tools/drawn-images.js';

/** What core loads: the image codecs without the server. */
export const lazyspiceModule: CodecModule = {
  name: 'spice-codecs',
  interfaceVersion: moduleInterfaceVersion,
  verify: verifyVectors,
  encode: encodeVectors,
  bench: benchCodecSpeed,
};
