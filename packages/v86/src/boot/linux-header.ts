import { EmulatorError } from '../errors.js';

/** What the setup header of a bzImage says (boot protocol 2.08 and later). Offsets are bytes into the file. */
export interface LinuxHeader {
  /** Major in the high byte: 0x020f is 2.15. */
  readonly protocol: number;
  /** The header as it goes into the boot parameters: 0x1f1 up to its own end. */
  readonly setup: Uint8Array;
  /** Where the protected-mode code starts; its entry is its first byte, loaded at 1 MiB. */
  readonly codeOffset: number;
  /** The compressed kernel inside, 0 bytes when the header has none. */
  readonly payloadOffset: number;
  readonly payloadLength: number;
  /** Bytes of memory from 1 MiB or the preferred address that the kernel wants while it starts. */
  readonly initSize: number;
}

const headerStart = 0x1f1;
/** Up to and including `init_size` (0x260). */
const headerLeast = 0x264;

/** @throws EmulatorError ERR_V86_KERNEL */
export function parseLinuxHeader(image: Uint8Array): LinuxHeader {
  const refuse = (offset: number, why: string): never => {
    throw new EmulatorError('ERR_V86_KERNEL', `the kernel is no bzImage: ${why} (at byte ${offset})`, offset);
  };
  if (image.length < headerLeast) refuse(image.length, 'it ends inside the setup header');
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint16(0x1fe, true) !== 0xaa55) refuse(0x1fe, 'no boot signature');
  if (view.getUint32(0x202, true) !== 0x53726448) refuse(0x202, 'no "HdrS"');
  const protocol = view.getUint16(0x206, true);
  if (protocol < 0x0208) refuse(0x206, `boot protocol 0x${protocol.toString(16)} is older than 2.08`);
  const setupSectors = view.getUint8(headerStart) || 4;
  const codeOffset = (setupSectors + 1) * 512;
  if (codeOffset >= image.length) refuse(headerStart, 'the setup code is longer than the file');
  const headerEnd = 0x202 + view.getUint8(0x201);
  if (headerEnd < 0x250 || headerEnd > 0x290) refuse(0x201, 'the setup header has an impossible length');
  const payloadOffset = codeOffset + view.getUint32(0x248, true);
  const payloadLength = view.getUint32(0x24c, true);
  if (payloadOffset + payloadLength > image.length) refuse(0x248, 'the compressed kernel is cut off');
  return {
    protocol,
    setup: image.slice(headerStart, headerEnd),
    codeOffset,
    payloadOffset,
    payloadLength,
    initSize: view.getUint32(0x260, true),
  };
}
