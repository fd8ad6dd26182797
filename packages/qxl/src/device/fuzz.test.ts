import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, rectAt } from '../recording/builder.js';
import { bench, filled, mebi, settled } from './device.test-support.js';
import { ports, ramLayout, ringLayout } from './layout.js';
import { QxlStateError } from './state.js';

const headerAt = 16 * mebi - ramLayout.bytes;
/** Values that programs get wrong most. */
const word = fc.oneof(
  fc.constantFrom(0, 1, 2, 31, 32, 33, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fff0),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
/** Where in the command's neighbourhood, so that pointers meet each other. */
const pointer = fc.integer({ min: 0, max: 511 }).map((offset) => 8 * mebi + offset);
const change = fc.oneof(
  fc.record({ header: fc.integer({ min: 0, max: 5344 }), value: word }),
  fc.record({ heap: fc.integer({ min: 0, max: 508 }), value: word }),
  fc.record({ heap: fc.integer({ min: 0, max: 504 }), pointer }),
  fc.record({ port: fc.integer({ min: 0, max: 31 }), value: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ push: pointer, type: fc.integer({ min: 0, max: 6 }), cursor: fc.boolean() }),
  fc.record({ wait: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ room: fc.integer({ min: 0, max: 3 }) }),
);

describe('a hostile guest', () => {
  it('cannot make the device throw or loop, and cannot keep it from starting over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 150 }), async (changes) => {
        const b = bench();
        b.started();
        b.worker.pixels = (_, area) => filled(area, 1);
        const memory = new DataView(b.slot.barBytes(0).buffer);
        for (const step of changes) {
          if ('header' in step) memory.setUint32(headerAt + step.header, step.value, true);
          else if ('pointer' in step) {
            memory.setUint32(8 * mebi + step.heap, step.pointer, true);
            memory.setUint32(8 * mebi + step.heap + 4, 1 << 24, true);
          } else if ('heap' in step) memory.setUint32(8 * mebi + step.heap, step.value, true);
          else if ('port' in step) b.out(step.port, step.value);
          else if ('push' in step) {
            const ring = step.cursor ? ramLayout.cursorRing : ramLayout.commandRing;
            const produced = b.get(ring + ringLayout.produced);
            const at = ring + ringLayout.items + (produced & 31) * 16;
            b.set64(at, (1n << 56n) | BigInt(step.push));
            b.set(at + 8, step.type);
            b.set(ring + ringLayout.produced, (produced + 1) >>> 0);
            b.out(ports.notifyCommand);
          } else if ('wait' in step) {
            b.clock.advance(step.wait);
            await b.worker.answerReads();
          } else await b.worker.makeRoom(step.room === 0 ? 0 : 100);
        }
        await b.worker.makeRoom(1000);
        await b.worker.answerReads();
        b.out(ports.reset);
        const driver = b.started();
        b.clock.advance(1);
        expect(driver.send(fill(rectAt(0, 0, 4, 4), 1))).toBe(true);
        expect(b.worker.types()).toEqual(['draw']);
        await settled();
      }),
      { numRuns: 150 },
    );
  });

  it('is noticed in a state that is none', () => {
    const b = bench();
    const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"version":1,"device":"x"}'));
    fc.assert(
      fc.property(text, (state) => {
        expect(() => b.device.restore(new TextEncoder().encode(state))).toThrow(QxlStateError);
      }),
    );
  });
});
