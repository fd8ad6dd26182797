import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openRecording } from './open-recording.js';

const path = fileURLToPath(new URL('../../fixtures/welcome.rec', import.meta.url));

it('is a small recording of 8 seconds that every client can draw', async () => {
  const kinds = new Map<string, number>();
  let first: bigint | null = null;
  let last = 0n;
  let primary: unknown = null;
  for await (const batch of openRecording(path)) {
    for (const { command, refused, time } of batch) {
      expect(refused).toBeNull();
      const kind = command?.type === 'draw' ? command.drawable.operation.type : String(command?.type);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (command?.type === 'primaryCreate') primary = command;
      first ??= time;
      expect(time).toBeGreaterThanOrEqual(last);
      last = time;
    }
  }
  expect(primary).toMatchObject({ width: 640, height: 400, format: 32, data: null });
  expect(last - (first ?? 0n)).toBe(8_000_000_000n);
  expect([...kinds.keys()].sort()).toEqual([
    'copy',
    'copyBits',
    'cursorMove',
    'cursorSet',
    'fill',
    'primaryCreate',
  ]);
  expect(kinds.get('copyBits')).toBeGreaterThan(100);
  expect(statSync(path).size).toBeLessThan(300_000);
});
