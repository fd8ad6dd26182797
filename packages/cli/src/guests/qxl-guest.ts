import type { GuestClipboard, MachineClock, QxlGuestHandle, QxlModule } from '@lazyspice/core';
import type { Machine } from '../machine.js';

const clock: MachineClock = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

/** Milliseconds since 1970 as a clock on the wall counts them. */
const localTime = (): number => Date.now() - new Date().getTimezoneOffset() * 60_000;

/** Starts a guest of the qxl module and offers its devices to SPICE. */
export async function startQxlGuest(
  guest: 'demo' | 'testcard',
  machine: Machine,
  options: {
    readonly video: boolean;
    readonly clipboard: GuestClipboard | null;
    print(line: string): void;
  },
): Promise<QxlGuestHandle> {
  const { entry } = await machine.modules.load('qxl', 'run');
  const qxl = entry as QxlModule;
  const log = (level: 'debug' | 'info' | 'warn', message: string): void => {
    if (level === 'warn') machine.output.log(`qxl: ${message}`);
  };
  const { clipboard, video, print } = options;
  const handle =
    guest === 'demo'
      ? qxl.createDemoGuest({ clock, log, time: localTime, random: Math.random, clipboard })
      : qxl.createTestCardGuest({ clock, log, video, print });
  machine.display = () => handle.worker;
  for (const instance of handle.interfaces) await machine.spice.addInterface(instance);
  return handle;
}
