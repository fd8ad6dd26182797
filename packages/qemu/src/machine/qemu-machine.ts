import { rm } from 'node:fs/promises';
import type {
  FramebufferDisplay,
  MachineClock,
  QemuExit,
  QemuMachineHandle,
  QemuMonitor,
  QemuMonitorEvent,
  QemuPort,
  SpiceInterface,
  TabletInterface,
} from '@lazyspice/core';
import type { JsonObject, JsonValue } from '@lazyspice/core/monitor';
import { QemuConsole } from '../console/qemu-console.js';
import type { DescriptorSender } from '../descriptors/descriptor-sender.js';
import type { DisplayLink, DisplayLinkEvents } from '../display/display-link.js';
import { reasonOf } from '../errors.js';
import { QemuKeyboard } from '../input/keyboard.js';
import { QemuPointer } from '../input/pointer.js';
import { QemuCharDevice } from '../ports/char-device.js';
import { PortWatch } from '../ports/port-watch.js';
import { QmpClient } from '../qmp/qmp-client.js';
import { QemuPlayback } from '../sound/playback.js';
import { QemuRecord } from '../sound/record.js';

export interface QemuMachineOptions {
  readonly qmpPath: string;
  readonly sender: DescriptorSender;
  /** A private folder, removed at the end. */
  readonly folder: string;
  readonly ports: readonly QemuPort[];
  readonly log: (message: string) => void;
  /** Opens the display when the monitor answers. */
  openLink(qmp: QmpClient, events: DisplayLinkEvents): Promise<DisplayLink>;
  /** How the process ended; null: it is not ours, and its monitor's end is its end. */
  readonly exited: Promise<QemuExit> | null;
  kill(signal: NodeJS.Signals): void;
}

const clock: MachineClock = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

/** ms until a lost display is opened again: at the end of QEMU the links go before the process. */
const reopenDelay = 1000;

/** A QEMU with its monitor, its display and its ports, as SPICE sees it. */
export class QemuMachine implements QemuMachineHandle {
  readonly ended: Promise<QemuExit>;
  readonly monitor: QemuMonitor;
  readonly #options: QemuMachineOptions;
  readonly #keyboard = new QemuKeyboard(() => this.#link);
  readonly #pointer = new QemuPointer(() => this.#link);
  readonly #playback = new QemuPlayback();
  readonly #record = new QemuRecord();
  readonly #consoles: QemuConsole[] = [];
  readonly #ports: QemuCharDevice[];
  readonly #eventListeners: ((event: QemuMonitorEvent) => void)[] = [];
  readonly #absoluteListeners: ((absolute: boolean) => void)[] = [];
  #commandNames: readonly string[] = [];
  #qmp: QmpClient | null = null;
  #watch: PortWatch | null = null;
  #link: DisplayLink | null = null;
  #timer: NodeJS.Timeout | null = null;
  #absolute = false;
  #closed = false;
  #end: (exit: QemuExit) => void = () => {};

  /** Connects to the monitor and everything else. @throws QemuError, QmpError */
  static async open(options: QemuMachineOptions): Promise<QemuMachine> {
    const machine = new QemuMachine(options);
    try {
      await machine.#open();
    } catch (error) {
      await machine.close();
      throw error;
    }
    return machine;
  }

  private constructor(options: QemuMachineOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    options.exited?.then((exit) => this.#end(exit));
    this.#ports = options.ports.map(
      (port) => new QemuCharDevice(port, (device) => this.#watch?.sendBreak(device)),
    );
    const names = (): readonly string[] => this.#commandNames;
    this.monitor = {
      get commandNames() {
        return names();
      },
      execute: (command, args) => this.#execute(command, args),
      onEvent: (listener) => this.#eventListeners.push(listener),
    };
  }

  get interfaces(): readonly SpiceInterface[] {
    const inputs = this.#consoles.length === 0 ? [] : [this.#keyboard, this.#pointer.mouse];
    return [
      ...this.#consoles,
      ...inputs,
      this.#playback,
      this.#record.device,
      ...this.#ports.map(({ device }) => device),
    ];
  }

  get console(): FramebufferDisplay | null {
    return this.#consoles[0] ?? null;
  }

  get tablet(): TabletInterface {
    return this.#pointer.tablet;
  }

  onAbsolutePointer(listener: (absolute: boolean) => void): void {
    this.#absoluteListeners.push(listener);
    listener(this.#absolute);
  }

  kill(signal: NodeJS.Signals): void {
    this.#options.kill(signal);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#watch?.stop();
    for (const port of this.#ports) port.close();
    this.#link?.close();
    this.#qmp?.close();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    const { sender, qmpPath } = this.#options;
    const qmp = await QmpClient.connect(qmpPath, {
      sender,
      event: (event) => this.#event(event),
      closed: () => this.#monitorClosed(),
    });
    this.#qmp = qmp;
    this.#commandNames = commandNames(await qmp.execute('query-commands'));
    this.#link = await this.#options.openLink(qmp, this.#linkEvents());
    this.#watch = new PortWatch(qmp, this.#ports);
    await this.#watch.start();
  }

  #linkEvents(): DisplayLinkEvents {
    return {
      console: (index) => {
        this.#consoles[index] ??= new QemuConsole(index, clock);
        return this.#consoles[index];
      },
      leds: (mask) => this.#keyboard.setLeds(mask),
      absolute: (absolute) => {
        this.#absolute = absolute;
        for (const listener of this.#absoluteListeners) listener(absolute);
      },
      playback: this.#playback,
      record: this.#record,
      log: this.#options.log,
      closed: (reason) => this.#linkClosed(reason),
    };
  }

  #execute(command: string, args: JsonObject): Promise<JsonValue> {
    if (this.#qmp === null) return Promise.reject(new Error('QEMU has no monitor yet'));
    return this.#qmp.execute(command, args);
  }

  #event(event: QemuMonitorEvent): void {
    if (event.name === 'VSERPORT_CHANGE') void this.#watch?.look();
    for (const listener of this.#eventListeners) listener(event);
  }

  /** The display is lost; if QEMU is still there after a moment, its display is opened again. */
  #linkClosed(reason: string): void {
    if (this.#closed || this.#link === null) return;
    this.#link = null;
    this.#reopenLater(reason);
  }

  #reopenLater(reason: string): void {
    this.#timer = setTimeout(() => void this.#reopen(reason), reopenDelay);
    this.#timer.unref();
  }

  async #reopen(reason: string): Promise<void> {
    const qmp = this.#qmp;
    if (this.#closed || qmp === null || qmp.closed) return;
    this.#options.log(`the link to QEMU's display is lost (${reason}); connecting again`);
    try {
      this.#link = await this.#options.openLink(qmp, this.#linkEvents());
      if (this.#closed) this.#link.close();
    } catch (error) {
      this.#reopenLater(reasonOf(error));
    }
  }

  #monitorClosed(): void {
    // The end of a process that is ours is told by itself.
    if (this.#options.exited === null) this.#end({ code: null, signal: null });
  }
}

function commandNames(answer: JsonValue): string[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry) => {
    const { name } = entry as Record<string, JsonValue>;
    return typeof name === 'string' ? [name] : [];
  });
}
