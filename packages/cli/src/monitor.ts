import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ListeningAddress, Spice, SpiceEvent, SurfacePixels } from '@lazyspice/core';
import type {
  JsonObject,
  MachineControls,
  MonitorBackend,
  QmpServer,
  RunState,
} from '@lazyspice/core/monitor';
import { encodePng } from './png.js';
import { encodePpm } from './ppm.js';

export interface MonitorOptions {
  readonly spice: Spice;
  /** What the machine shows at the moment; null: nothing. */
  picture(): Promise<SurfacePixels | null>;
  /** null: nobody controls the machine. */
  controls(): MachineControls | null;
  status(): RunState;
  quit(): void;
  /** The clients have been told where the machine goes. */
  clientsPrepared(): void;
}

/** QMP's names of what happens to a channel's connection. */
const connectionEvents = {
  connected: 'SPICE_CONNECTED',
  initialized: 'SPICE_INITIALIZED',
  disconnected: 'SPICE_DISCONNECTED',
} as const;

/** The machine as its monitors see it. */
export async function monitorBackend(options: MonitorOptions): Promise<MonitorBackend> {
  const { MonitorInput } = await import('@lazyspice/core/monitor');
  const { spice } = options;
  const controls = (): MachineControls => {
    const found = options.controls();
    if (found === null) throw new Error('This machine cannot be controlled');
    return found;
  };
  return {
    querySpice: () => spice.ops.qmpQuery(),
    status: () => options.status(),
    quit: () => options.quit(),
    spice: {
      setPassword: (...args) => spice.ops.setPassword(...args),
      setPasswordExpiry: (time) => spice.ops.setPasswordExpiry(time),
      migrateInfo: async (...args) => {
        await spice.ops.migrateInfo(...args);
        options.clientsPrepared();
      },
      displayAddClient: (...args) => spice.ops.displayAddClient(...args),
    },
    controls: {
      stop: () => controls().stop(),
      cont: () => controls().cont(),
      reset: () => controls().reset(),
      powerdown: () => controls().powerdown(),
    },
    input: new MonitorInput({
      keyboard: () => spice.device('keyboard'),
      mouse: () => spice.device('mouse'),
      tablet: () => spice.device('tablet'),
      displaySize: () => options.picture(),
    }),
    async screendump(file, format) {
      const pixels = await options.picture();
      if (pixels === null) throw new Error('There is no picture');
      await writeFile(file, format === 'png' ? encodePng(pixels) : encodePpm(pixels));
    },
    now: () => Date.now(),
    wait: (ms) => wait(ms),
  };
}

/** Gives the server's events to a monitor, in QMP's form. */
export function reportSpiceEvent(
  event: SpiceEvent,
  listening: ListeningAddress | null,
  monitor: QmpServer,
): void {
  if (event.event === 'migrated') monitor.event('SPICE_MIGRATE_COMPLETED', {});
  if (event.event !== 'connection') return;
  const { state, auth, client } = event;
  const { host, port, family } = client;
  const server: JsonObject = {
    host: listening?.unix ?? listening?.host ?? '',
    port: String((client.tls ? listening?.tlsPort : listening?.port) ?? ''),
    family,
  };
  const channel: JsonObject = {
    'connection-id': client.connectionId,
    'channel-type': client.channelType,
    'channel-id': client.channelId,
    tls: client.tls,
  };
  monitor.event(connectionEvents[state], {
    server: state === 'initialized' ? { ...server, auth } : server,
    client: { host, port, family, ...(state === 'initialized' ? channel : {}) },
  });
}
