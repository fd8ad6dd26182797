// A machine that shouts: text that a client copies is there to paste in upper case. It has no display, only a clipboard.
//   node examples/02-clipboard.mjs [port]        then: remote-viewer spice://127.0.0.1:5930
import { ModuleTable, parseSpiceOptions, Spice } from '@lazyspice/core';
import { GuestAgent } from '@lazyspice/core/agent';

const agent = new GuestAgent({
  async offered(selection, types) {
    if (selection !== 'clipboard' || !types.includes('text')) return;
    const text = await agent.readText();
    if (text !== null) agent.offerText(text.toUpperCase());
  },
});
const spice = new Spice(new ModuleTable({ resolveFrom: import.meta.url }));
await spice.addInterface(agent.device);
const address = await spice.start(
  parseSpiceOptions(`port=${process.argv[2] ?? 5930},addr=127.0.0.1,disable-ticketing=on`),
);
console.log(`spice://${address.host}:${address.port}`);
