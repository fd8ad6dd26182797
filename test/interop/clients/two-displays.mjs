// Two displays of plain pixels: PORT. The second one comes and goes with the lines `add` and `remove` of standard input;
// prints the address, then each line when it has been done. The displays are red and green.
import { createInterface } from 'node:readline';
import { ModuleTable, parseSpiceOptions, Spice } from '@lazyspice/core';
import { createDisplay } from '@lazyspice/core/console';

const spice = new Spice(new ModuleTable({ resolveFrom: import.meta.url }));
const [first, second] = [
  { width: 320, height: 200, channelId: 0, name: 'first', color: 0xff0000 },
  {
    width: 400,
    height: 300,
    channelId: 1,
    name: 'second',
    color: 0x00ff00,
    keyboard: false,
    pointer: 'none',
  },
].map(({ color, ...options }) => {
  const display = createDisplay(options);
  display.update(new Uint8Array(new Uint32Array(options.width * options.height).fill(color).buffer));
  return display;
});
await first.attachTo(spice);
const address = await spice.start(
  parseSpiceOptions(`port=${process.argv[2]},addr=127.0.0.1,disable-ticketing=on`),
);
console.log(`spice://${address.host}:${address.port}`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'add') await second.attachTo(spice);
  else await second.detach();
  console.log(line);
}
