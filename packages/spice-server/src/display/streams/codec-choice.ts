import type { VideoCodecChoice } from '@lazyspice/core';
import { type VideoCodecName, videoCodecIds } from './video-encoder.js';

/** Who makes the frames of a codec: this server itself, or a program beside it. */
export type EncoderPlace = 'built-in' | 'process';
export interface UsableCodec {
  readonly codec: VideoCodecName;
  readonly place: EncoderPlace;
}

const builtIn: UsableCodec = { codec: 'mjpeg', place: 'built-in' };

/** Codecs that a program beside the server may make. */
const processCodecs: readonly VideoCodecName[] = ['vp8', 'vp9', 'h264'];

/** What the server is asked to use, in order; what it cannot make by any means is named in `refused`. */
export function usableCodecs(asked: readonly VideoCodecChoice[] | null): {
  readonly codecs: readonly UsableCodec[];
  readonly refused: readonly string[];
} {
  if (asked === null) return { codecs: [builtIn], refused: [] };
  const codecs: UsableCodec[] = [];
  const refused: string[] = [];
  for (const { encoder, codec } of asked) {
    if (codec === 'mjpeg') codecs.push(builtIn);
    else if (encoder !== 'spice' && processCodecs.includes(codec)) codecs.push({ codec, place: 'process' });
    else refused.push(`${encoder}:${codec}`);
  }
  return { codecs, refused };
}

/**
 * The codec for a client's next stream. `preferred`: numbers in the client's order, codecs that are not among them
 * come last. MJPEG when nothing else can be had; null: the client has refused that too. Protocol §8.5.
 */
export function chooseCodec(
  codecs: readonly UsableCodec[],
  preferred: readonly number[],
  canHave: (codec: UsableCodec) => boolean,
): UsableCodec | null {
  const rank = ({ codec }: UsableCodec): number => {
    const at = preferred.indexOf(videoCodecIds[codec]);
    return at < 0 ? preferred.length : at;
  };
  const sorted = [...codecs, builtIn].map((codec, i) => ({
    codec,
    rank: i < codecs.length ? rank(codec) : 256,
  }));
  sorted.sort((a, b) => a.rank - b.rank);
  return sorted.find(({ codec }) => canHave(codec))?.codec ?? null;
}
