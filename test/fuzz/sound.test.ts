import { describe, expect, it } from 'vitest';
import { Random } from './random.js';
import { fuzzSound, soundSubjects } from './sound.js';

describe.each(soundSubjects())('damaged forms of $name', (subject) => {
  it('end their connection at most', async () => {
    const { failures, taken, refused } = await fuzzSound(subject, 400, new Random(7));
    expect(failures).toEqual([]);
    expect(taken + refused).toBe(400);
    // Damage is found, and not everything is called damage.
    expect(refused).toBeGreaterThan(0);
  });
});
