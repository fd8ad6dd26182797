import { spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { EmulatorError } from '../errors.js';
import { type ElfImage, parseElf } from './elf.js';
import { parseLinuxHeader } from './linux-header.js';

/** Bytes of an unpacked kernel. */
const maxKernelBytes = 256 * 1024 * 1024;

/** Runs `xz --decompress` on the bytes. */
function unxz(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn('xz', ['--decompress', '--stdout', '--single-stream'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let total = 0;
    let complaint = '';
    child.once('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      total += chunk.length;
      if (total > maxKernelBytes) child.kill();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(complaint.trim() || `xz ended with ${code}`));
    });
    child.stdin.end(bytes);
  });
}

async function unpack(payload: Uint8Array): Promise<Uint8Array | null> {
  // The last four bytes are the unpacked size, which the kernel's own unpacker wants.
  const packed = payload.subarray(0, payload.length - 4);
  if (payload[0] === 0xfd && payload[1] === 0x37) return unxz(packed);
  if (payload[0] === 0x1f && payload[1] === 0x8b) {
    return promisify(gunzip)(payload, { maxOutputLength: maxKernelBytes });
  }
  return null;
}

/**
 * The kernel inside a bzImage, unpacked on the host: several seconds of guest time are saved. Null when it is
 * packed with something the host can not unpack (the guest does it then).
 * @throws EmulatorError ERR_V86_KERNEL when the image is damaged.
 */
export async function unpackKernel(image: Uint8Array): Promise<ElfImage | null> {
  const { payloadOffset, payloadLength } = parseLinuxHeader(image);
  if (payloadLength < 8) return null;
  let elf: Uint8Array | null;
  try {
    elf = await unpack(image.subarray(payloadOffset, payloadOffset + payloadLength));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new EmulatorError('ERR_V86_KERNEL', `the kernel can not be unpacked: ${why}`, payloadOffset, error);
  }
  return elf === null ? null : parseElf(elf);
}
