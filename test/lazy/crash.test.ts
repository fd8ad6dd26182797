import { afterEach, describe, expect, it } from 'vitest';
import { inputsClient } from '../../packages/spice-server/src/protocol/generated/inputs.codec.js';
import { DrivenMachine, type MachineSettings } from '../support/driven-machine.js';
import { RunningProcess } from '../support/process.js';
import type { ScriptedClient } from '../support/spice/scripted-client.js';
import { TcpClient } from '../support/spice/tcp-client.js';

const processes: RunningProcess[] = [];
afterEach(async () => {
  for (const running of processes) running.kill();
  await Promise.all(processes.map(({ exited }) => exited));
  processes.length = 0;
});

const startMachine = (settings: MachineSettings): Promise<DrivenMachine> =>
  DrivenMachine.start((...args) => {
    const running = new RunningProcess(...args);
    processes.push(running);
    return running;
  }, settings);

/** Opens the server's door; returns its port. */
async function serve(machine: DrivenMachine): Promise<number> {
  const address = (await machine.do('start port=0,addr=127.0.0.1,disable-ticketing=on')) as { port: number };
  return address.port;
}

const isEnabled = async (machine: DrivenMachine): Promise<boolean> =>
  ((await machine.do('query')) as { enabled: boolean }).enabled;

/** The color of the client's picture, 0xRRGGBB; null: it shows none yet. */
function shownColor(client: ScriptedClient): number | null {
  if (!client.screens.has(0) || !client.display().isMarked) return null;
  const { bytes } = client.display().canvas.readRect(0, { top: 10, left: 10, bottom: 11, right: 11 });
  return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}

/** A client that sees the first color, presses a key and sees the other one; it stays. */
async function useDisplay(port: number, before: number, after: number): Promise<TcpClient> {
  const tcp = new TcpClient(port);
  await tcp.until((client) => shownColor(client) === before && client.inputs !== null);
  tcp.client.inputs?.send(inputsClient.keyDown, { code: 0x1e });
  await tcp.until((client) => shownColor(client) === after);
  return tcp;
}

const [red, green] = [0xff0000, 0x00ff00];

describe('a machine whose SPICE module breaks under a client', () => {
  const breakable: MachineSettings = { breakable: true, limits: { maxOldGenerationSizeMb: 48 } };

  it.each([
    ['ends', 'exit', /ended with code 3/],
    ['throws', 'throw', /broken on purpose/],
    ['exceeds the memory it is given', 'hoard', /ERR_WORKER_OUT_OF_MEMORY|memory limit/],
  ])('goes on when it %s, and serves again', async (_what, how, reason) => {
    const machine = await startMachine(breakable);
    const client = await useDisplay(await serve(machine), red, green);
    await machine.do(`break ${how}`);
    expect(await machine.event('module-crashed')).toMatchObject({ reason: expect.stringMatching(reason) });
    await client.ended;
    expect(await isEnabled(machine)).toBe(false);

    const again = await useDisplay(await serve(machine), green, red);
    expect(await isEnabled(machine)).toBe(true);
    again.client.disconnect();
  });

  it('goes on when it runs away, can unload it, and serves again', async () => {
    const machine = await startMachine(breakable);
    const client = await useDisplay(await serve(machine), red, green);
    await machine.do('break spin');
    await machine.do('unload');
    await client.ended;
    expect(await isEnabled(machine)).toBe(false);
    const again = await useDisplay(await serve(machine), green, red);
    again.client.disconnect();
  });
});

describe.each(['worker', 'inline'] as const)('a machine with its SPICE module %s', (isolation) => {
  it('can unload and load it again, and serves the same display each time', async () => {
    const machine = await startMachine({ isolation });
    const colors = [red, green, red, green];
    for (let i = 0; i + 1 < colors.length; i++) {
      const client = await useDisplay(await serve(machine), colors[i], colors[i + 1]);
      await machine.do('unload');
      await client.ended;
      expect(await isEnabled(machine)).toBe(false);
    }
  });
});
