// The shortest machine with a display: one surface, one colour that changes when a key is pressed.
//   node examples/01-solid-color.mjs [port]      then: remote-viewer spice://127.0.0.1:5930
import { ModuleTable, parseSpiceOptions, Spice } from '@lazyspice/core';

const [width, height] = [640, 480];
const colors = [0x204a87, 0x4e9a06, 0xa40000, 0xc4a000];
let color = 0;
let worker = null;

function paint() {
  worker?.submit({
    type: 'draw',
    drawable: {
      surfaceId: 0,
      box: { top: 0, left: 0, bottom: height, right: width },
      clip: null,
      effect: 1,
      mmTime: 0,
      selfBitmapArea: null,
      dependencies: [],
      operation: {
        type: 'fill',
        brush: { type: 'solid', color: colors[color] },
        rop: 8,
        mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
      },
    },
  });
  worker?.kick();
}

const spice = new Spice(new ModuleTable({ resolveFrom: import.meta.url }));
await spice.addInterface({
  kind: 'qxl',
  name: 'display',
  channelId: 0,
  attached(newWorker) {
    worker = newWorker;
    worker.submit({
      type: 'primaryCreate',
      format: 32,
      width,
      height,
      stride: width * 4,
      mouseAllowed: false,
      data: null,
    });
    paint();
  },
});
await spice.addInterface({
  kind: 'keyboard',
  name: 'keyboard',
  scancode(byte) {
    if (byte >= 0x80) return;
    color = (color + 1) % colors.length;
    paint();
  },
});
const address = await spice.start(
  parseSpiceOptions(`port=${process.argv[2] ?? 5930},addr=127.0.0.1,disable-ticketing=on`),
);
console.log(`spice://${address.host}:${address.port}`);
