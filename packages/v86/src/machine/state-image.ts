import { MachineError } from '@lazyspice/core';

const signature = 'LSV86001';
const fixedBytes = 12;
/** Bytes of the header's JSON text. */
const maxHeaderBytes = 65_536;
/** Devices in an image. */
const maxDevices = 256;

export interface DeviceState {
  readonly name: string;
  /** The level of its interrupt pin. */
  readonly interrupt: boolean;
  readonly bytes: Uint8Array;
}
/** Everything of a saved machine. */
export interface MachineImage {
  /** What must be the same when it is restored. */
  readonly layout: string;
  /** v86's own state: memory, CPU and its devices. */
  readonly emulator: Uint8Array;
  readonly devices: readonly DeviceState[];
}

interface Header {
  readonly layout: string;
  readonly emulator: number;
  readonly devices: readonly {
    readonly name: string;
    readonly interrupt: boolean;
    readonly length: number;
  }[];
}

/** The image as one file: signature, header length, header (JSON), emulator's bytes, each device's bytes. */
export function encodeImage({ layout, emulator, devices }: MachineImage): Uint8Array {
  const header: Header = {
    layout,
    emulator: emulator.length,
    devices: devices.map(({ name, interrupt, bytes }) => ({ name, interrupt, length: bytes.length })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(fixedBytes);
  start.write(signature, 'latin1');
  start.writeUInt32LE(text.length, 8);
  return Buffer.concat([start, text, emulator, ...devices.map((d) => d.bytes)]);
}

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isHeader(value: unknown): value is Header {
  const header = value as Partial<Header> | null;
  if (typeof header !== 'object' || header === null || !Array.isArray(header.devices)) return false;
  const devices: readonly unknown[] = header.devices;
  return (
    typeof header.layout === 'string' &&
    isLength(header.emulator) &&
    devices.length <= maxDevices &&
    devices.every((d) => {
      const device = d as { name?: unknown; interrupt?: unknown; length?: unknown } | null;
      return (
        typeof device?.name === 'string' && typeof device.interrupt === 'boolean' && isLength(device.length)
      );
    })
  );
}

/** @throws MachineError ERR_MACHINE_IMAGE */
export function decodeImage(file: Uint8Array): MachineImage {
  const refuse = (offset: number, why: string): never => {
    throw new MachineError('ERR_MACHINE_IMAGE', `not a saved machine: ${why} (at byte ${offset})`);
  };
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (buffer.length < fixedBytes) refuse(buffer.length, 'it ends inside its header');
  if (buffer.toString('latin1', 0, 8) !== signature) refuse(0, 'no signature');
  const headerLength = buffer.readUInt32LE(8);
  if (headerLength > maxHeaderBytes || fixedBytes + headerLength > buffer.length)
    refuse(8, 'the header is cut off');
  let header: unknown = null;
  try {
    header = JSON.parse(buffer.toString('utf8', fixedBytes, fixedBytes + headerLength));
  } catch {
    // Refused below.
  }
  if (!isHeader(header)) return refuse(fixedBytes, 'the header makes no sense');
  let at = fixedBytes + headerLength;
  const take = (length: number): Uint8Array => {
    if (at + length > file.length) refuse(at, 'it is cut off');
    at += length;
    return file.subarray(at - length, at);
  };
  const emulator = take(header.emulator);
  const devices = header.devices.map(({ name, interrupt, length }) => ({
    name,
    interrupt,
    bytes: take(length),
  }));
  if (at !== file.length) refuse(at, 'there is something behind it');
  return { layout: header.layout, emulator, devices };
}
