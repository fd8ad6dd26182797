import type { JsonValue, QmpError } from '@lazyspice/core/monitor';
import type { QmpClient } from '../qmp/qmp-client.js';
import type { QemuCharDevice } from './char-device.js';

/** ms between looks at the ports: QEMU tells only of those whose device has an id. */
const period = 1000;

interface CharDeviceState {
  readonly label: string;
  /** What it is connected to, such as `unix:/path,server=on <-> ...`. */
  readonly filename: string;
  readonly open: boolean;
}

export function charDeviceStates(answer: JsonValue): CharDeviceState[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry) => {
    const { label, filename, 'frontend-open': open } = entry as Record<string, JsonValue>;
    return typeof label === 'string' && typeof filename === 'string'
      ? [{ label, filename, open: open === true }]
      : [];
  });
}

const isAt = ({ filename }: CharDeviceState, path: string): boolean =>
  filename.includes(`unix:${path},`) || filename.endsWith(`unix:${path}`);

/** Tells character devices whether the guest has opened its end, and QEMU of breaks. */
export class PortWatch {
  readonly #qmp: QmpClient;
  readonly #devices: readonly QemuCharDevice[];
  readonly #labels = new Map<QemuCharDevice, string>();
  #timer: NodeJS.Timeout | null = null;
  #looking = false;

  constructor(qmp: QmpClient, devices: readonly QemuCharDevice[]) {
    this.#qmp = qmp;
    this.#devices = devices;
  }

  /** Looks for the first time, then again and again. */
  async start(): Promise<void> {
    if (this.#devices.length === 0) return;
    await this.look();
    this.#timer = setInterval(() => void this.look(), period);
    this.#timer.unref();
  }

  /** Asks QEMU now. */
  async look(): Promise<void> {
    if (this.#looking || this.#devices.length === 0) return;
    this.#looking = true;
    try {
      const states = charDeviceStates(await this.#qmp.execute('query-chardev'));
      for (const device of this.#devices) {
        const state = states.find((candidate) => isAt(candidate, device.path));
        if (state !== undefined) this.#labels.set(device, state.label);
        device.guestOpened(state?.open ?? false);
      }
    } catch {
      // QEMU is going; that is seen elsewhere.
    } finally {
      this.#looking = false;
    }
  }

  sendBreak(device: QemuCharDevice): void {
    const id = this.#labels.get(device);
    // A device that knows no break says so; the client has no way to be told.
    if (id !== undefined) this.#qmp.execute('chardev-send-break', { id }).catch((_: QmpError) => {});
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
