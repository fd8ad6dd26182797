import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  moduleInterfaceVersion,
  type QemuAttachOptions,
  type QemuLaunchOptions,
  type QemuMachineHandle,
  type QemuModule,
} from '@lazyspice/core';
import type { JsonObject } from '@lazyspice/core/monitor';
import { chooseSender } from './descriptors/choose-sender.js';
import type { DescriptorSender } from './descriptors/descriptor-sender.js';
import { plainSender } from './descriptors/plain-sender.js';
import { DbusDisplay } from './display/dbus-display.js';
import type { DisplayLink, DisplayLinkEvents } from './display/display-link.js';
import { QemuError, reasonOf } from './errors.js';
import { planCommandLine } from './machine/command-line.js';
import { QemuMachine } from './machine/qemu-machine.js';
import { hasDbusDisplay, QemuProcess } from './machine/qemu-process.js';
import type { QmpClient } from './qmp/qmp-client.js';
import { VncDisplay } from './vnc/vnc-display.js';

interface Way {
  readonly link: 'dbus' | 'vnc';
  readonly sender: DescriptorSender;
}

const makeFolder = (): Promise<string> =>
  mkdtemp(join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), 'lazyspice-qemu-'));

/** How the display will be reached; says so, and why if it is not the best way. */
async function chooseWay({ program, link, log }: QemuLaunchOptions): Promise<Way> {
  const vnc = (why: string): Way => {
    if (link === 'dbus') throw new QemuError('ERR_QEMU_DISPLAY', `no D-Bus display: ${why}`);
    log(`display by VNC: ${why}`);
    return { link: 'vnc', sender: plainSender };
  };
  if (link === 'vnc') return vnc('asked for');
  if (!(await hasDbusDisplay(program)))
    return vnc(`${program} has no D-Bus display (Debian: qemu-system-gui)`);
  try {
    const sender = await chooseSender();
    log(`display by D-Bus, descriptors by ${sender.name}`);
    return { link: 'dbus', sender };
  } catch (error) {
    return vnc(reasonOf(error));
  }
}

async function launch(options: QemuLaunchOptions): Promise<QemuMachineHandle> {
  const { program, log } = options;
  // A command line that can not be is refused before anything is started.
  planCommandLine({ args: options.args, link: 'dbus', folder: '/' });
  const { link, sender } = await chooseWay(options);
  const folder = await makeFolder();
  let child: QemuProcess | null = null;
  try {
    const plan = planCommandLine({ args: options.args, link, folder });
    for (const note of plan.notes) log(note);
    const running = await QemuProcess.start(program, plan.args);
    child = running;
    await running.opened(plan.qmp);
    return await QemuMachine.open({
      qmpPath: plan.qmp,
      sender,
      folder,
      ports: plan.ports,
      log,
      exited: running.exited,
      kill: (signal) => running.kill(signal),
      openLink: (qmp, events) =>
        plan.vnc === null
          ? DbusDisplay.open({ qmp, sender, folder, events })
          : VncDisplay.open({ path: plan.vnc, events }),
    });
  } catch (error) {
    child?.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The display of a QEMU that was started by somebody else. */
async function findLink(
  qmp: QmpClient,
  sender: DescriptorSender,
  folder: string,
  log: (message: string) => void,
  events: DisplayLinkEvents,
): Promise<DisplayLink> {
  const display = (await qmp.execute('query-display-options')) as JsonObject;
  if (display.type === 'dbus' && sender !== plainSender) {
    log(`display by D-Bus, descriptors by ${sender.name}`);
    return DbusDisplay.open({ qmp, sender, folder, events });
  }
  const vnc = (await qmp.execute('query-vnc')) as JsonObject;
  if (vnc.enabled === true && vnc.family === 'unix' && typeof vnc.service === 'string') {
    log(`display by VNC at ${vnc.service}`);
    return VncDisplay.open({ path: vnc.service, events });
  }
  throw new QemuError(
    'ERR_QEMU_DISPLAY',
    "QEMU's display can not be reached: start it with -display dbus,p2p=yes or -vnc unix:PATH",
  );
}

async function attach({ qmp: qmpPath, ports, log }: QemuAttachOptions): Promise<QemuMachineHandle> {
  const sender = await chooseSender().catch((error: unknown) => {
    log(reasonOf(error));
    return plainSender;
  });
  const folder = await makeFolder();
  return QemuMachine.open({
    qmpPath,
    sender,
    folder,
    ports,
    log,
    exited: null,
    kill: () => {},
    openLink: (qmp, events) => findLink(qmp, sender, folder, log, events),
  });
}

export const lazyspiceModule: QemuModule = {
  name: 'qemu',
  interfaceVersion: moduleInterfaceVersion,
  launch,
  attach,
};
