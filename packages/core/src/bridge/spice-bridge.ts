import type { MessagePort } from 'node:worker_threads';
import { type InterfaceKind, interfaceMethods, type SpiceInterface } from '../contracts/interfaces.js';
import type { SurfacePixels } from '../contracts/qxl-worker.js';
import type { QemuSpiceOps, SpiceEvent } from '../contracts/spice-ops.js';
import { SpiceNotActiveError, SpiceOperationError } from '../spice/errors.js';
import type { InterfaceUser } from '../spice/interface-registry.js';
import { handOver } from './hand-over.js';
import { type CoreToModule, type ModuleToCore, type RemoteOpName, remoteOpNames } from './messages.js';
import { type RingPeer, RingWorker } from './ring-worker.js';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}
interface Attached {
  readonly instance: SpiceInterface;
  readonly ring: RingWorker | null;
}
type Method = (...args: readonly unknown[]) => void;

/**
 * Core's end of an isolated SPICE module: table members become calls, devices become messages, QXL commands
 * go into shared rings. The module is not trusted: it can only call what `interfaceMethods` lists.
 */
export class SpiceBridge implements InterfaceUser {
  readonly #port: MessagePort;
  readonly #onEvent: (event: SpiceEvent) => void;
  readonly #deliver: (() => void) | null;
  readonly #pending = new Map<number, Pending>();
  readonly #attached = new Map<number, Attached>();
  #nextSequence = 1;
  #ended = false;

  /** @param deliver has a module in this thread handle what was posted to it; null: it has its own thread. */
  constructor(port: MessagePort, onEvent: (event: SpiceEvent) => void, deliver: (() => void) | null = null) {
    this.#port = port;
    this.#onEvent = onEvent;
    this.#deliver = deliver;
    port.on('message', (message: ModuleToCore) => this.#receive(message));
    port.on('close', () => this.end());
  }

  /** The table members that the module answers. */
  operations(): Partial<QemuSpiceOps> {
    const operation =
      (op: RemoteOpName) =>
      (...args: readonly unknown[]): Promise<unknown> =>
        this.#request((sequence) => ({ type: 'call', sequence, op, args }));
    return Object.fromEntries(remoteOpNames.map((op) => [op, operation(op)])) as Partial<QemuSpiceOps>;
  }

  attach(id: number, instance: SpiceInterface): void {
    const ring = instance.kind === 'qxl' ? new RingWorker(this.#ringPeer(id)) : null;
    this.#attached.set(id, { instance, ring });
    const channelId = instance.kind === 'qxl' ? instance.channelId : 0;
    const chardev = instance.kind === 'chardev' ? { type: instance.type, portName: instance.portName } : null;
    const { kind, name } = instance;
    this.#send({ type: 'attach', id, kind, name, channelId, ring: ring?.memory ?? null, chardev });
    if (instance.kind === 'qxl') {
      if (ring !== null) instance.attached?.(ring);
    } else {
      const endpoint = this.#endpoint(id, instance.kind);
      (instance.attached as ((server: unknown) => void) | undefined)?.call(instance, endpoint);
    }
  }

  async detach(id: number): Promise<void> {
    const attached = this.#attached.get(id);
    if (attached === undefined) return;
    this.#attached.delete(id);
    attached.ring?.end();
    attached.instance.detached?.();
    await this.#request((sequence) => ({ type: 'detach', sequence, id })).catch(() => undefined);
  }

  /** The module is gone: pending calls fail, devices are told. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const pending of this.#pending.values()) {
      pending.reject(new SpiceNotActiveError('the SPICE module ended'));
    }
    this.#pending.clear();
    for (const { instance, ring } of this.#attached.values()) {
      ring?.end();
      instance.detached?.();
    }
    this.#attached.clear();
  }

  #ringPeer(id: number): RingPeer {
    return {
      kick: () => this.#send({ type: 'kick', id }),
      sendRecord: (record, lead) => this.#send({ type: 'record', id, record, lead }, [record]),
      // A module that ends while it is waited for has nothing left to flush or read.
      flush: (level) =>
        this.#request((sequence) => ({ type: 'flush', sequence, id, level })).then(
          () => undefined,
          () => undefined,
        ),
      read: (surfaceId, area) =>
        this.#request((sequence) => ({ type: 'read', sequence, id, surfaceId, area })).then(
          (pixels) => pixels as SurfacePixels | null,
          () => null,
        ),
      readNow: (surfaceId, area, answer) => {
        this.#send({ type: 'readNow', id, surfaceId, area, answer });
        this.#deliver?.();
      },
      drain: () => {
        this.#send({ type: 'drain', id });
        this.#deliver?.();
      },
      runsByItself: this.#deliver === null,
      takesClientMonitors: (takes) =>
        this.#send({ type: 'device', id, method: 'takesClientMonitors', args: [takes] }),
    };
  }

  #endpoint(id: number, kind: InterfaceKind): Record<string, Method> {
    const method =
      (name: string): Method =>
      (...given) => {
        const { args, transfer } = handOver(given);
        this.#send({ type: 'device', id, method: name, args }, transfer);
      };
    return Object.fromEntries(interfaceMethods[kind].server.map((name) => [name, method(name)]));
  }

  #request(make: (sequence: number) => CoreToModule): Promise<unknown> {
    if (this.#ended) return Promise.reject(new SpiceNotActiveError('the SPICE module ended'));
    const sequence = this.#nextSequence++;
    return new Promise((resolve, reject) => {
      this.#pending.set(sequence, { resolve, reject });
      this.#send(make(sequence));
    });
  }

  #send(message: CoreToModule, transfer: ArrayBuffer[] = []): void {
    if (!this.#ended) this.#port.postMessage(message, transfer);
  }

  #receive(message: ModuleToCore): void {
    switch (message.type) {
      case 'reply':
        this.#settle(message.sequence)?.resolve(message.value);
        return;
      case 'failure':
        this.#settle(message.sequence)?.reject(new SpiceOperationError(message.code, message.message));
        return;
      case 'device':
        this.#callDevice(message.id, message.method, message.args);
        return;
      case 'refused':
        return this.#refused(message.id, message.message);
      case 'space':
        this.#attached.get(message.id)?.ring?.spaceFreed();
        return;
      case 'event':
        this.#onEvent(message.event);
        return;
    }
  }

  /** The module cannot serve an interface: its device hears that nobody does. */
  #refused(id: number, message: string): void {
    const attached = this.#attached.get(id);
    if (attached === undefined) return;
    this.#attached.delete(id);
    this.#onEvent({ event: 'log', level: 'error', message: `${attached.instance.name}: ${message}` });
    attached.ring?.end();
    attached.instance.detached?.();
  }

  #settle(sequence: number): Pending | undefined {
    const pending = this.#pending.get(sequence);
    this.#pending.delete(sequence);
    return pending;
  }

  #callDevice(id: number, method: string, args: readonly unknown[]): void {
    const instance = this.#attached.get(id)?.instance;
    if (instance === undefined) return;
    const allowed: readonly string[] = interfaceMethods[instance.kind].device;
    if (!allowed.includes(method)) return;
    (instance as unknown as Record<string, Method | undefined>)[method]?.(...args);
  }
}
