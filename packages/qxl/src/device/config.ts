import type { PciBar, PciIdentity } from '@lazyspice/core';
import { bars, romLayout } from './layout.js';

const mebi = 1024 * 1024;

export type QxlRevision = 1 | 2 | 3 | 4 | 5;

/** The device's properties. Sizes are clamped and rounded up to powers of two, as qxl-device §1.2 says. */
export interface QxlDeviceProperties {
  /** Default 5. */
  readonly revision?: QxlRevision;
  /** The machine's first display: VGA class, with a BIOS image; default false. */
  readonly primary?: boolean;
  /** Number of the console, and of the display channel; default 0. */
  readonly id?: number;
  /** Frame buffer at the start of BAR 0, in bytes; 8..256 MiB, default 16 MiB. */
  readonly vgaMemory?: number;
  /** BAR 0 in bytes; default 64 MiB, at least twice `vgaMemory`. */
  readonly ram?: number;
  /** BAR 1 in bytes; default 64 MiB. */
  readonly vram?: number;
  /** BAR 4 in bytes; default as BAR 1, and then there is no BAR 4. */
  readonly vram64?: number;
  /** Surface ids; default 1024. */
  readonly surfaces?: number;
  /** Monitors that the guest may set up, 0 (default): 64. */
  readonly maxOutputs?: number;
  /** A monitor that the guest finds at its start. */
  readonly initialMonitor?: { readonly width: number; readonly height: number } | null;
  /** Level of logging asked of the guest's driver; default 0. */
  readonly guestDebug?: number;
  /** Image of the VGA BIOS; primary only. */
  readonly bios?: Uint8Array | null;
}

export interface QxlConfig {
  readonly revision: QxlRevision;
  readonly primary: boolean;
  readonly id: number;
  readonly vgaMemory: number;
  readonly ram: number;
  readonly vram32: number;
  readonly vram64: number;
  readonly surfaces: number;
  readonly maxOutputs: number;
  readonly initialMonitor: { readonly width: number; readonly height: number } | null;
  readonly guestDebug: number;
  readonly bios: Uint8Array | null;
}

/** Properties that cannot be: code ERR_QXL_PROPERTY. */
export class QxlPropertyError extends Error {
  override readonly name = 'QxlPropertyError';
  readonly code = 'ERR_QXL_PROPERTY';
}

function powerOfTwo(size: number): number {
  let power = 4096;
  while (power < size) power *= 2;
  return power;
}

function byteCount(name: string, value: number | undefined, standard: number): number {
  const size = value ?? standard;
  // Larger BARs than 4 GiB do not fit the 32-bit BAR 0; 64-bit VRAM has room enough with that too.
  if (!Number.isSafeInteger(size) || size < 0 || size > 4096 * mebi) {
    throw new QxlPropertyError(`${name}: ${size} is not a number of bytes up to 4 GiB`);
  }
  return size;
}

/**
 * Completes, clamps and rounds the properties.
 * @throws QxlPropertyError
 */
export function configOf(properties: QxlDeviceProperties): QxlConfig {
  const asked = byteCount('vgaMemory', properties.vgaMemory, 16 * mebi);
  const vgaMemory = powerOfTwo(Math.min(Math.max(asked, 8 * mebi), 256 * mebi));
  const ram = powerOfTwo(Math.max(byteCount('ram', properties.ram, 64 * mebi), 2 * vgaMemory));
  const revision = properties.revision ?? 5;
  const oldest = revision === 1;
  const vram32 = oldest ? 4096 : powerOfTwo(byteCount('vram', properties.vram, 64 * mebi));
  const vram64 = oldest ? 4096 : powerOfTwo(Math.max(byteCount('vram64', properties.vram64, vram32), vram32));
  const surfaces = properties.surfaces ?? 1024;
  if (!Number.isInteger(surfaces) || surfaces < 1 || surfaces > 65_536) {
    throw new QxlPropertyError(`surfaces: ${surfaces} is not between 1 and 65536`);
  }
  const bios = properties.primary === true ? (properties.bios ?? null) : null;
  if (bios !== null && powerOfTwo(bios.length) !== bios.length) {
    throw new QxlPropertyError(`bios: ${bios.length} bytes are not a power of two of at least 4096`);
  }
  return {
    revision,
    primary: properties.primary ?? false,
    id: properties.id ?? 0,
    vgaMemory,
    ram,
    vram32,
    vram64,
    surfaces,
    maxOutputs: properties.maxOutputs ?? 0,
    initialMonitor: properties.initialMonitor ?? null,
    guestDebug: properties.guestDebug ?? 0,
    bios,
  };
}

/** The function's configuration header (§1). */
export const identityOf = (config: QxlConfig): PciIdentity => ({
  vendorId: 0x1b36,
  deviceId: 0x0100,
  revision: config.revision,
  classCode: config.primary ? 0x030000 : 0x038000,
  subsystemVendorId: 0x1af4,
  subsystemId: 0x1100,
  interruptPin: 1,
});

export const ioBytesOf = (revision: QxlRevision): number => (revision === 1 ? 8 : revision === 2 ? 16 : 32);

/** The BARs (§1.2). BAR 4 is there only when it has more than BAR 1, which then shows its start. */
export function barsOf(config: QxlConfig): readonly PciBar[] {
  const large = config.vram64 > config.vram32;
  const memory = { kind: 'memory', bits: 32, prefetchable: false, readOnly: false, aliasOf: null } as const;
  const list: PciBar[] = [
    { ...memory, index: bars.ram, size: config.ram },
    { ...memory, index: bars.vram32, size: config.vram32, aliasOf: large ? bars.vram64 : null },
    { ...memory, index: bars.rom, size: romLayout.bytes, readOnly: true },
    { kind: 'io', index: bars.io, size: ioBytesOf(config.revision) },
  ];
  if (large) list.push({ ...memory, index: bars.vram64, size: config.vram64, bits: 64, prefetchable: true });
  return list;
}
