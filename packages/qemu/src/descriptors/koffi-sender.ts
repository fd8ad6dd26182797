import type { Socket } from 'node:net';
import { endianness } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { QemuError } from '../errors.js';
import { type DescriptorSender, handleOf } from './descriptor-sender.js';
import { plainSender } from './plain-sender.js';

/** Linux's numbers; the same on all its processors but alpha, mips, parisc and sparc, for which koffi has no build. */
const solSocket = 1;
const scmRights = 1;
const noSignal = 0x4000;
const eagain = 11;
const attempts = 500;

/** One control message with one descriptor, 64-bit layout: length, level, type, descriptor, padding. */
function controlMessage(descriptor: number): Buffer {
  const little = endianness() === 'LE';
  const bytes = Buffer.alloc(24);
  const put = (value: number, at: number): void => {
    if (little) bytes.writeInt32LE(value, at);
    else bytes.writeInt32BE(value, at);
  };
  put(20, little ? 0 : 4);
  put(solSocket, 8);
  put(scmRights, 12);
  put(descriptor, 16);
  return bytes;
}

/** By the C library's sendmsg, called through koffi's prebuilt addon. @throws when koffi is not there or does not run. */
export async function koffiSender(): Promise<DescriptorSender> {
  if (process.platform !== 'linux') throw new QemuError('ERR_QEMU_DESCRIPTOR', 'not on this system');
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  const iovec = koffi.struct({ base: 'void *', length: 'size_t' });
  const header = koffi.struct({
    name: 'void *',
    nameLength: 'uint32_t',
    vectors: koffi.pointer(iovec),
    vectorCount: 'size_t',
    control: 'void *',
    controlLength: 'size_t',
    flags: 'int',
  });
  const sendmsg = library.func('sendmsg', 'int64_t', ['int', koffi.pointer(header), 'int']);

  const sendOnce = (descriptor: number, bytes: Uint8Array, far: number): number => {
    const control = controlMessage(far);
    const message = {
      name: null,
      nameLength: 0,
      vectors: [{ base: bytes, length: bytes.length }],
      vectorCount: 1,
      control,
      controlLength: control.length,
      flags: 0,
    };
    const sent = Number(sendmsg(descriptor, message, noSignal));
    return sent < 0 ? -koffi.errno() : sent;
  };

  return {
    name: 'koffi',
    connect: plainSender.connect,
    async send(socket: Socket, bytes: Uint8Array, far: Socket) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const [handle, farHandle] = [handleOf(socket), handleOf(far)];
        if (handle === null || farHandle === null) break;
        // What the stream still holds must go first.
        const sent = socket.writableLength > 0 ? -eagain : sendOnce(handle.fd, bytes, farHandle.fd);
        if (sent >= 0) {
          if (sent < bytes.length) socket.write(bytes.subarray(sent));
          return;
        }
        if (sent !== -eagain)
          throw new QemuError('ERR_QEMU_DESCRIPTOR', `sendmsg failed with errno ${-sent}`);
        await delay(10);
      }
      throw new QemuError('ERR_QEMU_DESCRIPTOR', 'the socket takes no bytes, or is closed');
    },
  };
}
