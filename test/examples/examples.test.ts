import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../examples/', import.meta.url);
const examples = readdirSync(folder).filter((name) => /^\d\d-.*\.mjs$/.test(name));

describe('examples', () => {
  it('are there', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples)('%s serves a SPICE client', async (name) => {
    const child = spawn(process.execPath, [new URL(name, folder).pathname, '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const { hostname, port } = new URL(String(line));
      // A link message of main: magic, version 2.2, size 18, no capabilities.
      const link = Buffer.from(
        '524544510200000002000000120000000000000001000000000000000000' + '00000000',
        'hex',
      );
      const socket = connect(Number(port), hostname);
      socket.write(link);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString('latin1', 0, 4)).toBe('REDQ');
      expect(answer.readUInt32LE(16)).toBe(0);
      socket.destroy();
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });
});
