// A program with pixels of its own and no QXL device: a sheet of paper to draw on. Press and move to draw, the wheel
// changes the size of the pen, a key wipes the sheet; it takes the size of the client's window.
//   node examples/03-framebuffer.mjs [port]      then: remote-viewer spice://127.0.0.1:5930
import { ModuleTable, parseSpiceOptions, Spice } from '@lazyspice/core';
import { GuestAgent } from '@lazyspice/core/agent';
import { createDisplay } from '@lazyspice/core/console';

const paper = 0xf5f2e8;
const ink = 0x204a87;
const display = createDisplay({ width: 640, height: 480, takesMonitors: true });
let pixels = new Uint32Array(640 * 480).fill(paper);
let pen = 3;

/** Shows the sheet, or the parts of it that changed. */
const show = (rects) => display.update(new Uint8Array(pixels.buffer), rects);

display.on('pointer', ({ x, y, buttons }) => {
  if ((buttons & 1) === 0) return;
  const dot = {
    top: Math.max(0, y - pen),
    left: Math.max(0, x - pen),
    bottom: Math.min(display.height, y + pen),
    right: Math.min(display.width, x + pen),
  };
  if (dot.top >= dot.bottom || dot.left >= dot.right) return;
  for (let row = dot.top; row < dot.bottom; row++) {
    pixels.fill(ink, row * display.width + dot.left, row * display.width + dot.right);
  }
  show([dot]);
});
display.on('wheel', ({ dy }) => {
  pen = Math.min(40, Math.max(1, pen - dy));
});
display.on('key', ({ down }) => {
  if (!down) return;
  pixels.fill(paper);
  show(null);
});
display.on('monitors', ([wanted]) => {
  if (wanted === undefined || wanted.width === 0 || wanted.height === 0) return;
  display.resize(Math.min(wanted.width, 4096), Math.min(wanted.height, 4096));
  pixels = new Uint32Array(display.width * display.height).fill(paper);
  show(null);
});

// A cross as the pointer.
const cursor = new Uint32Array(15 * 15);
for (let at = 0; at < 15; at++) cursor[7 * 15 + at] = cursor[at * 15 + 7] = 0xff000000;
display.setCursor({ width: 15, height: 15, hotX: 7, hotY: 7, pixels: new Uint8Array(cursor.buffer) });
show(null);

const spice = new Spice(new ModuleTable({ resolveFrom: import.meta.url }));
await display.attachTo(spice);
// Clients say what size they want only where there is an agent.
await spice.addInterface(new GuestAgent({}).device);
const address = await spice.start(
  parseSpiceOptions(`port=${process.argv[2] ?? 5930},addr=127.0.0.1,disable-ticketing=on`),
);
console.log(`spice://${address.host}:${address.port}`);
