import type { SampleFormat, SoundFormat } from '@lazyspice/core';

const bytesOf: Readonly<Record<SampleFormat, number>> = { u8: 1, s16: 2, s32: 4, f32: 4 };

/** Bytes that one sample of every channel takes. */
export const stepBytes = ({ channels, sampleFormat }: SoundFormat): number =>
  channels * bytesOf[sampleFormat];

/** Why a device's sound cannot be used; null: it can. Nothing about the value is taken for granted. */
export function formatFault(format: SoundFormat): string | null {
  const { frequency, channels, sampleFormat } = format ?? {};
  if (!Number.isInteger(frequency) || frequency < 8000 || frequency > 48_000) {
    return `a frequency of ${String(frequency)} Hz is not in 8000..48000`;
  }
  if (channels !== 1 && channels !== 2) return `${String(channels)} channels are not 1 or 2`;
  return Object.hasOwn(bytesOf, sampleFormat) ? null : `unknown samples: ${String(sampleFormat)}`;
}

/** A device's samples, -1..1; bytes behind the last whole sample are left out. */
export function readSamples(buffer: ArrayBuffer, format: SampleFormat): Float32Array {
  const count = Math.floor(buffer.byteLength / bytesOf[format]);
  switch (format) {
    case 'u8':
      return Float32Array.from(new Uint8Array(buffer), (value) => (value - 128) / 128);
    case 's16':
      return Float32Array.from(new Int16Array(buffer, 0, count), (value) => value / 0x8000);
    case 's32':
      return Float32Array.from(new Int32Array(buffer, 0, count), (value) => value / 0x8000_0000);
    case 'f32':
      // What is no number must not get into the filters, which would keep it.
      return Float32Array.from(new Float32Array(buffer, 0, count), (value) =>
        value >= -1 ? Math.min(value, 1) : value < -1 ? -1 : 0,
      );
  }
}

/** Samples of -1..1 in a device's format; what is above or below is cut. */
export function writeSamples(samples: Float32Array, format: SampleFormat): ArrayBuffer {
  switch (format) {
    case 'u8':
      return Uint8Array.from(samples, (value) => scaled(value, 128) + 128).buffer;
    case 's16':
      return toInt16(samples).buffer as ArrayBuffer;
    case 's32':
      return Int32Array.from(samples, (value) => scaled(value, 0x8000_0000)).buffer;
    case 'f32':
      return samples.slice().buffer;
  }
}

export const toInt16 = (samples: Float32Array): Int16Array =>
  Int16Array.from(samples, (value) => scaled(value, 0x8000));

function scaled(value: number, full: number): number {
  return Math.max(-full, Math.min(full - 1, Math.round(value * full)));
}
