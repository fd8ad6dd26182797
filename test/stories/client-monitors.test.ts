/** A client wants other monitors: the guest's display gets them, the guest draws itself anew, the client sees it. */
import { agentClient, GuestAgent, piecesOf, wholeMessage } from '@lazyspice/core/agent';
import { expect, it } from 'vitest';
import { DemoGuest } from '../../packages/qxl/src/guest/demo/demo-guest.js';
import { mainClient } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { Bench } from '../support/spice/bench.js';

async function start() {
  const bench = await Bench.open();
  const guest = new DemoGuest({ clock: bench.clock, time: () => 0, random: () => 0.5 });
  for (const instance of [...guest.interfaces, new GuestAgent().device]) bench.server.addInterface(instance);
  const client = bench.connect();
  await bench.run(200);
  const want = async (...monitors: readonly (readonly [number, number, number, number])[]): Promise<void> => {
    const body = {
      flags: 1,
      monitors: monitors.map(([width, height, x, y]) => ({ width, height, x, y, depth: 32 })),
      physicalSizes: new Uint8Array(0),
    };
    client.main?.send(mainClient.agentStart, { tokens: 10 });
    for (const data of piecesOf(wholeMessage(agentClient.monitorsConfig, body)))
      client.main?.send(mainClient.agentData, { data });
    await bench.run(500);
  };
  const seen = () => {
    const primary = client.display().canvas.surface(0);
    const heads = client.display().heads.map(({ id, x, y, width, height }) => [id, width, height, x, y]);
    return { size: [primary?.width, primary?.height], heads };
  };
  return { want, seen, stop: () => guest.stop() };
}

it('is shown one monitor of the size that it wants', async () => {
  const { want, seen, stop } = await start();
  expect(seen()).toEqual({ size: [800, 600], heads: [[0, 800, 600, 0, 0]] });
  await want([1280, 800, 0, 0]);
  expect(seen()).toEqual({ size: [1280, 800], heads: [[0, 1280, 800, 0, 0]] });
  stop();
});

it('is shown several monitors where it wants them', async () => {
  const { want, seen, stop } = await start();
  await want([1024, 768, 0, 0], [800, 600, 1024, 0], [0, 0, 0, 0]);
  const heads = [
    [0, 1024, 768, 0, 0],
    [1, 800, 600, 1024, 0],
  ];
  expect(seen()).toEqual({ size: [1824, 768], heads });
  await want([1024, 768, 0, 0]);
  expect(seen()).toEqual({ size: [1024, 768], heads: [[0, 1024, 768, 0, 0]] });
  stop();
});
