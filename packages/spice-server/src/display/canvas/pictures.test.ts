import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import type { QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { Canvas } from './canvas.js';
import { pixelReader } from './pixel-conversion.js';

/**
 * Each fixture has commands chosen at random by theme and the picture that libspice-server 0.15.1 and spice-gtk 0.42
 * made of them. Bytes are hexadecimal, ids decimal.
 */
interface Fixture {
  readonly commands: readonly QxlCommand[];
  readonly picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array };
}

const folder = fileURLToPath(new URL('./fixtures/', import.meta.url));

const revive = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('hex' in value) return new Uint8Array(Buffer.from(String(value.hex), 'hex'));
  return 'bigint' in value ? BigInt(String(value.bigint)) : value;
};

const readFixture = (file: string): Fixture =>
  JSON.parse(brotliDecompressSync(readFileSync(folder + file)).toString('utf8'), revive);

const apply = (canvas: Canvas, command: QxlCommand): void => {
  switch (command.type) {
    case 'primaryCreate':
      canvas.createSurface({ ...command, id: 0 });
      break;
    case 'surfaceCreate':
      canvas.createSurface({ ...command, id: command.surfaceId });
      break;
    case 'surfaceDestroy':
      canvas.destroySurface(command.surfaceId);
      break;
    case 'draw':
      canvas.draw(command.drawable);
      break;
    default:
      throw new Error(`a fixture with ${command.type}`);
  }
};

/** The first pixels that differ, as text; empty when the pictures are equal. */
const differences = (canvas: Canvas, { width, height, rgb }: Fixture['picture']): string[] => {
  const raster = canvas.surface(0)!.raster!;
  const read = pixelReader(raster.format);
  const found: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const drawn = read(raster.cells[y * raster.pitch + x]) & 0xffffff;
      const at = (y * width + x) * 3;
      const expected = (rgb[at] << 16) | (rgb[at + 1] << 8) | rgb[at + 2];
      if (drawn !== expected && found.length < 5) {
        found.push(`${x},${y}: ${drawn.toString(16)} instead of ${expected.toString(16)}`);
      }
    }
  }
  return found;
};

describe('Canvas', () => {
  for (const file of readdirSync(folder)) {
    it(`draws ${file.split('.')[0]} as the reference does`, () => {
      const { commands, picture } = readFixture(file);
      const canvas = new Canvas();
      for (const command of commands) apply(canvas, command);
      expect(differences(canvas, picture)).toEqual([]);
    });
  }
});
