import { describe, expect, it } from 'vitest';
import { fuzzKinds, fuzzQxl } from './qxl.js';

describe.each(fuzzKinds)('a hostile guest: %s', (kind) => {
  it('breaks nothing, and the device is as new after a reset', async () => {
    const { failures, cases, commands, refused, portWrites } = await fuzzQxl(150, 2026, [kind], () => 0);
    expect(failures).toEqual([]);
    expect(cases[kind]).toBe(150);
    // Neither is everything refused at once nor nothing.
    expect(portWrites).toBeGreaterThan(100);
    expect(commands - refused).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(kind === 'ports' ? -1 : 10);
  });
});
