import type { PciDevice } from '@lazyspice/core';

/** Bytes of a function's configuration space. */
const spaceSize = 256;

/** The configuration space of a function whose BARs are at `bases`: header type 0, decoding enabled. */
export function configurationSpace(device: PciDevice, bases: ReadonlyMap<number, number>): number[] {
  const view = new DataView(new ArrayBuffer(spaceSize));
  const { identity } = device;
  view.setUint16(0x00, identity.vendorId, true);
  view.setUint16(0x02, identity.deviceId, true);
  view.setUint16(0x04, 0x0003, true); // I/O and memory space
  view.setUint32(0x08, identity.classCode * 256 + identity.revision, true);
  for (const bar of device.bars) {
    const at = 0x10 + bar.index * 4;
    const base = bases.get(bar.index) ?? 0;
    if (bar.kind === 'io') view.setUint32(at, base | 1, true);
    else view.setUint32(at, base + (bar.bits === 64 ? 4 : 0) + (bar.prefetchable ? 8 : 0), true);
  }
  view.setUint16(0x2c, identity.subsystemVendorId, true);
  view.setUint16(0x2e, identity.subsystemId, true);
  if (device.expansionRom !== null) view.setUint32(0x30, 0xfebe0000, true);
  view.setUint8(0x3d, identity.interruptPin);
  return [...new Uint8Array(view.buffer)];
}
