import { connect } from 'node:net';
import { QemuError } from '../errors.js';
import type { DescriptorSender } from './descriptor-sender.js';

/** For links that need no descriptor. */
export const plainSender: DescriptorSender = {
  name: 'nothing',
  connect: (path, onread) =>
    new Promise((resolve, reject) => {
      const socket = connect(onread === undefined ? { path } : { path, onread });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    }),
  send: () => Promise.reject(new QemuError('ERR_QEMU_DESCRIPTOR', 'descriptors can not be sent')),
};
