import { EmulatorError } from '../errors.js';

export interface ElfSegment {
  /** Where it goes, guest physical. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Bytes in memory; what `bytes` lacks is zero. */
  readonly size: number;
}
export interface ElfImage {
  /** Guest physical. */
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
}

/** Program headers in one file; kernels have four. */
const maxSegments = 64;

/**
 * The loadable segments of a 32-bit little-endian x86 executable.
 * @throws EmulatorError ERR_V86_KERNEL
 */
export function parseElf(file: Uint8Array): ElfImage {
  const refuse = (offset: number, why: string): never => {
    throw new EmulatorError(
      'ERR_V86_KERNEL',
      `the kernel is no x86 executable: ${why} (at byte ${offset})`,
      offset,
    );
  };
  if (file.length < 52) refuse(file.length, 'it ends inside its header');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, false) !== 0x7f454c46) refuse(0, 'no ELF signature');
  if (view.getUint8(4) !== 1 || view.getUint8(5) !== 1) refuse(4, 'it is not 32-bit little-endian');
  if (view.getUint16(18, true) !== 3) refuse(18, 'it is for another processor');
  const tableOffset = view.getUint32(28, true);
  const entrySize = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (entrySize < 32 || count > maxSegments) refuse(42, 'the program headers are impossible');
  if (tableOffset + count * entrySize > file.length) refuse(28, 'the program headers are cut off');
  let entry = view.getUint32(24, true);
  const segments: ElfSegment[] = [];
  for (let i = 0; i < count; i++) {
    const at = tableOffset + i * entrySize;
    if (view.getUint32(at, true) !== 1) continue;
    const offset = view.getUint32(at + 4, true);
    const virtual = view.getUint32(at + 8, true);
    const address = view.getUint32(at + 12, true);
    const length = view.getUint32(at + 16, true);
    const size = view.getUint32(at + 20, true);
    if (offset + length > file.length) refuse(at + 4, 'a segment is cut off');
    if (size < length) refuse(at + 20, 'a segment is smaller in memory than in the file');
    segments.push({ address, bytes: file.subarray(offset, offset + length), size });
    if (entry === view.getUint32(24, true) && entry >= virtual && entry < virtual + length) {
      entry = entry - virtual + address;
    }
  }
  if (segments.length === 0) refuse(44, 'nothing in it is loaded');
  return { entry, segments };
}
