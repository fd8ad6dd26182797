import { QemuError, reasonOf } from '../errors.js';
import type { DescriptorSender } from './descriptor-sender.js';

/** The ways to send a descriptor, best first. */
export const senderNames = ['koffi', 'pipe binding'] as const;
export type SenderName = (typeof senderNames)[number];

/** What each way is made by. */
export type SenderMakers = Readonly<Record<SenderName, () => Promise<DescriptorSender>>>;

const makers: SenderMakers = {
  koffi: async () => (await import('./koffi-sender.js')).koffiSender(),
  'pipe binding': async () => (await import('./pipe-sender.js')).pipeSender(),
};

/**
 * The first way that this process has.
 * @throws QemuError ERR_QEMU_DESCRIPTOR that says why there is none.
 */
export async function chooseSender(from: SenderMakers = makers): Promise<DescriptorSender> {
  const reasons: string[] = [];
  for (const name of senderNames) {
    try {
      return await from[name]();
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error).split('\n')[0]}`);
    }
  }
  throw new QemuError('ERR_QEMU_DESCRIPTOR', `sockets can not be handed over (${reasons.join('; ')})`);
}
