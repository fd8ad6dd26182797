import type { Random } from './random.js';

/** Values that lengths and sizes are likely to be checked badly for. */
const words = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

type Mutation = (data: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const place = (data: Uint8Array, random: Random): number => random.below(data.length + 1);

const mutations: readonly Mutation[] = [
  (data, random) => {
    if (data.length > 0) data[random.below(data.length)]! ^= 1 << random.below(8);
    return data;
  },
  (data, random) => {
    if (data.length > 0)
      data[random.below(data.length)] = random.pick([0, 1, 15, 31, 127, 128, 224, 240, 255]);
    return data;
  },
  (data, random) => {
    if (data.length > 0) data[random.below(data.length)] = random.below(256);
    return data;
  },
  // in headers
  (data, random) => {
    if (data.length > 0) data[random.below(Math.min(40, data.length))] = random.below(256);
    return data;
  },
  (data, random) => {
    if (data.length < 4) return data;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const at = random.below(Math.min(data.length - 3, random.pick([8, 40, data.length])));
    view.setUint32(at, random.pick(words), random.below(2) === 0);
    return data;
  },
  (data, random) => data.slice(0, place(data, random)),
  (data, random) =>
    Uint8Array.from([...data, ...Array.from({ length: random.from(1, 40) }, () => random.below(256))]),
  (data, random) => {
    const at = place(data, random);
    const gone = random.from(1, 8);
    return Uint8Array.from([...data.subarray(0, at), ...data.subarray(at + gone)]);
  },
  (data, random) => {
    const at = place(data, random);
    const from = place(data, random);
    return Uint8Array.from([
      ...data.subarray(0, at),
      ...data.subarray(from, from + random.from(1, 32)),
      ...data.subarray(at),
    ]);
  },
  // the start of one, the end of another
  (data, random, other) =>
    Uint8Array.from([...data.subarray(0, place(data, random)), ...other.subarray(place(other, random))]),
  (data, random) => {
    const at = place(data, random);
    data.fill(random.pick([0, 255, random.below(256)]), at, at + random.from(1, 64));
    return data;
  },
  (data, random) => {
    for (let at = place(data, random), n = random.from(1, 64); n > 0 && at < data.length; n--, at++) {
      data[at] = random.below(256);
    }
    return data;
  },
];

/** A damaged copy of `data`; `other` is data of the same kind. */
export function mutate(data: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let mutated: Uint8Array = data.slice();
  for (let n = random.pick([1, 1, 1, 2, 3, 6]); n > 0; n--)
    mutated = random.pick(mutations)(mutated, random, other);
  return mutated;
}
