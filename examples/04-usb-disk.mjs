// Copies the CD or disk that a client plugs in to a file: node examples/04-usb-disk.mjs PORT FILE
// With remote-viewer or spicy: Select USB devices for redirection, then share a CD image.
import { writeFile } from 'node:fs/promises';
import { ModuleTable, parseSpiceOptions, Spice } from '@lazyspice/core';
import { MassStorage, UsbSlot } from '@lazyspice/core/usbredir';

const [port = '5930', file = 'disk.img'] = process.argv.slice(2);
const spice = new Spice(new ModuleTable({ resolveFrom: import.meta.url }));

async function copy(device) {
  const disk = new MassStorage(device);
  const { vendor, product } = await disk.inquiry();
  const { blocks, blockSize } = await disk.capacity();
  console.log(`${vendor} ${product}: ${blocks} blocks of ${blockSize} bytes`);
  await writeFile(file, await disk.read(0, blocks, blockSize));
  console.log(`copied to ${file}`);
  await spice.unload();
}

const slot = new UsbSlot({
  connected: (device) => {
    copy(device).catch((error) => console.log(error.message));
  },
  failed: (error) => console.log(error.message),
});
await spice.addInterface(slot.device);
const address = await spice.start(parseSpiceOptions(`port=${port},addr=127.0.0.1,disable-ticketing=on`));
console.log(`spice://${address.host}:${address.port}`);
