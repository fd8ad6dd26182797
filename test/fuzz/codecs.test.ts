import { describe, expect, it } from 'vitest';
import { subjects } from './codec-samples.js';
import { fuzzDecoder } from './codecs.js';
import { Random } from './random.js';

const random = new Random(2026);

describe.each(subjects(random, undefined, 20))('the decoder of $name', (subject) => {
  it('meets damaged data with pixels or a CodecError, and touches nothing else', async () => {
    const { failures, decoded, refused } = await fuzzDecoder(subject, 600, random, () => 0);
    expect(failures).toEqual([]);
    // neither is all of the damage harmless nor all of it found in the header
    expect(decoded + Object.values(refused).reduce((sum, times) => sum + times, 0)).toBe(600);
    expect(refused).not.toEqual({});
  });

  it('takes all that is not damaged', () => {
    for (const sample of subject.samples) {
      const { width, height } = sample;
      const pixels = new Uint8Array(width * height * 4);
      subject.decode(sample, sample.data, { width, height, stride: width * 4, pixels });
    }
  });
});
