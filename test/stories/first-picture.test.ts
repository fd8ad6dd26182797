import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { bitmap32, createPrimary, difference, fill, paint } from '../support/spice/commands.js';

describe('a client connects', () => {
  it('and shows the picture', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(64, 48), fill(0x336699, rect(0, 0, 64, 48))]);
    const client = bench.connect();
    await bench.settle();
    submitAll(display, [
      paint(
        bitmap32(16, 16, (x, y) => x * 16 + y),
        3,
        4,
      ),
    ]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0)).toBe(null);
    expect(client.display().isMarked).toBe(true);
  });
});
