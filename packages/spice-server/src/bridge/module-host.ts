import type { MessagePort } from 'node:worker_threads';
import {
  type CoreToModule,
  handOver,
  type InterfaceKind,
  interfaceMethods,
  type ModuleToCore,
  PromptAnswer,
  type QemuSpiceOps,
  type QxlWorker,
  type RemoteOpName,
  type SpiceInterface,
  type SpiceOptions,
} from '@lazyspice/core';
import { QxlDisplay } from '../display/qxl-display.js';
import type { SpiceServer } from '../server/server.js';
import { RingFeeder } from './ring-feeder.js';

interface Attached {
  readonly remove: () => void;
  /** What the device may call on us. */
  readonly endpoint: Readonly<Record<string, unknown>> | null;
  readonly kind: InterfaceKind;
  readonly feeder: RingFeeder | null;
  readonly display: QxlDisplay | null;
}
type MigrateInfo = Parameters<QemuSpiceOps['migrateInfo']>;
type Method = (...args: readonly unknown[]) => void;

/** The module's end of the bridge: core's messages become calls on the server, and back. */
export class ModuleHost {
  readonly #port: MessagePort;
  readonly #server: SpiceServer;
  readonly #attached = new Map<number, Attached>();

  constructor(port: MessagePort, server: SpiceServer) {
    this.#port = port;
    this.#server = server;
  }

  start(): void {
    this.#port.on('message', (message: CoreToModule) => this.#receive(message));
    this.#port.once('close', () => void this.#server.close());
  }

  #receive(message: CoreToModule): void {
    switch (message.type) {
      case 'call':
        return this.#answer(message.sequence, () => this.#call(message.op, message.args));
      case 'attach':
        return this.#tryAttach(message);
      case 'detach':
        return this.#answer(message.sequence, () => this.#detach(message.id));
      case 'device':
        return this.#fromDevice(message.id, message.method, message.args);
      case 'kick':
        this.#attached.get(message.id)?.feeder?.run();
        return;
      case 'record':
        this.#attached.get(message.id)?.feeder?.addBeside(message.record, message.lead);
        return;
      case 'flush':
        return this.#answer(message.sequence, async () => {
          const attached = this.#attached.get(message.id);
          await attached?.feeder?.handled();
          await attached?.display?.flush(message.level);
        });
      case 'read':
        return this.#answer(message.sequence, async () => {
          const attached = this.#attached.get(message.id);
          await attached?.feeder?.handled();
          return attached?.display?.read(message.surfaceId, message.area) ?? null;
        });
      case 'readNow':
        return this.#readNow(message);
      case 'drain':
        this.#attached.get(message.id)?.feeder?.drain();
        return;
    }
  }

  #readNow({ id, surfaceId, area, answer }: Extract<CoreToModule, { type: 'readNow' }>): void {
    const attached = this.#attached.get(id);
    attached?.feeder?.drain();
    new PromptAnswer(answer).put(attached?.display?.readNow(surfaceId, area) ?? null);
  }

  #answer(sequence: number, work: () => unknown): void {
    const run = async (): Promise<void> => {
      try {
        this.#send({ type: 'reply', sequence, value: await work() });
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        const message = error instanceof Error ? error.message : String(error);
        this.#send({
          type: 'failure',
          sequence,
          code: typeof code === 'string' ? code : 'ERR_SPICE',
          message,
        });
      }
    };
    void run();
  }

  #call(op: RemoteOpName, args: readonly unknown[]): unknown {
    const server = this.#server;
    switch (op) {
      case 'init':
        return server.listen(args[0] as SpiceOptions);
      case 'displayInit':
        return undefined;
      case 'qmpQuery':
        return server.query();
      case 'statistics':
        return server.statistics();
      case 'setPassword':
        return server.setPassword(...(args as Parameters<SpiceServer['setPassword']>));
      case 'setPasswordExpiry':
        return server.expirePassword(expiryOnServerClock(args[0] as number | null));
      case 'displayAddClient':
        return server.addClient(...(args as Parameters<SpiceServer['addClient']>));
      case 'migrateInfo': {
        const [host, port, tlsPort, certificateSubject] = args as MigrateInfo;
        return server.beginMigration({ host, port, tlsPort, certificateSubject });
      }
      case 'migrateEnd':
        return server.endMigration();
    }
  }

  #tryAttach(message: Extract<CoreToModule, { type: 'attach' }>): void {
    try {
      this.#attach(message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#send({ type: 'refused', id: message.id, message: reason });
    }
  }

  #attach({ id, kind, name, channelId, ring, chardev }: Extract<CoreToModule, { type: 'attach' }>): void {
    let endpoint: Readonly<Record<string, unknown>> | null = null;
    let display: QxlDisplay | null = null;
    const instance = {
      kind,
      name,
      channelId,
      ...chardev,
      detached: () => {
        // Taken out of use by the server itself: the device must hear of it.
        if (this.#attached.delete(id)) this.#send({ type: 'refused', id, message: 'taken out of use' });
      },
      attached: (server: unknown) => {
        endpoint = server as Readonly<Record<string, unknown>>;
        if (server instanceof QxlDisplay) display = server as QxlWorker & QxlDisplay;
      },
      ...this.#deviceMethods(id, kind),
    } as unknown as SpiceInterface;
    const remove = this.#server.addInterface(instance);
    const feeder =
      ring === null || display === null
        ? null
        : new RingFeeder(ring, display, {
            space: () => this.#send({ type: 'space', id }),
            now: () => performance.now(),
          });
    this.#attached.set(id, { remove, endpoint, kind, feeder, display });
  }

  #deviceMethods(id: number, kind: InterfaceKind): Record<string, Method> {
    const method =
      (name: string): Method =>
      (...given) => {
        const { args, transfer } = handOver(given);
        this.#send({ type: 'device', id, method: name, args }, transfer);
      };
    return Object.fromEntries(interfaceMethods[kind].device.map((name) => [name, method(name)]));
  }

  #detach(id: number): void {
    const attached = this.#attached.get(id);
    this.#attached.delete(id);
    attached?.feeder?.close();
    attached?.remove();
  }

  #fromDevice(id: number, method: string, args: readonly unknown[]): void {
    const attached = this.#attached.get(id);
    if (attached === undefined) return;
    const allowed: readonly string[] = interfaceMethods[attached.kind].server;
    if (allowed.includes(method)) (attached.endpoint?.[method] as Method | undefined)?.(...args);
  }

  #send(message: ModuleToCore, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** Wall-clock seconds, as QEMU has them, on the server's monotonic clock. */
function expiryOnServerClock(time: number | null): number | null {
  if (time === null) return 0;
  if (time === 0) return null;
  return performance.now() + (time * 1000 - Date.now());
}
