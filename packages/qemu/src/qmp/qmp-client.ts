import type { Socket } from 'node:net';
import {
  formatJson,
  type JsonItem,
  type JsonObject,
  JsonStream,
  type JsonValue,
  QmpError,
  type QmpErrorClass,
  type QmpTimestamp,
  qmpErrorClasses,
} from '@lazyspice/core/monitor';
import type { DescriptorSender } from '../descriptors/descriptor-sender.js';
import { QemuError } from '../errors.js';

/** Bounds of one answer; the largest is QEMU's own schema with some 250 KB. */
const limits = { bytes: 64 * 1024 * 1024, tokens: 8 * 1024 * 1024, depth: 512 };
/** ms in which a monitor must greet. */
const greetingLimit = 10_000;

export interface QmpEvent {
  readonly name: string;
  readonly timestamp: QmpTimestamp;
  readonly data: JsonObject | null;
}
export interface QmpClientOptions {
  readonly sender: DescriptorSender;
  event(event: QmpEvent): void;
  /** The monitor hung up; called once. */
  closed(): void;
}

interface Pending {
  resolve(value: JsonValue): void;
  reject(error: Error): void;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function errorOf(error: JsonValue): QmpError {
  const { class: name, desc } = isObject(error) ? error : { class: '', desc: '' };
  const known: QmpErrorClass = qmpErrorClasses.find((qmpClass) => qmpClass === name) ?? 'GenericError';
  return new QmpError(known, typeof desc === 'string' ? desc : 'an error without a description');
}

function eventOf(message: JsonObject): QmpEvent | null {
  const { event, timestamp, data } = message;
  if (typeof event !== 'string' || !isObject(timestamp)) return null;
  const { seconds, microseconds } = timestamp;
  return {
    name: event,
    timestamp: { seconds: Number(seconds), microseconds: Number(microseconds) },
    data: isObject(data) ? data : null,
  };
}

/** The client of a QEMU's QMP monitor. Answers come in the order of the commands, events in between. */
export class QmpClient {
  readonly #socket: Socket;
  readonly #options: QmpClientOptions;
  readonly #stream = new JsonStream(limits);
  readonly #pending: Pending[] = [];
  #greeting: Pending | null = null;
  #closed = false;
  /** Commands go out one after another: one with a descriptor takes a moment. */
  #sending: Promise<void> = Promise.resolve();

  /**
   * Connects to the UNIX socket of a monitor and negotiates.
   * @throws QemuError ERR_QEMU_GONE when it hangs up or does not greet, or what connecting failed with.
   */
  static async connect(path: string, options: QmpClientOptions): Promise<QmpClient> {
    const client = new QmpClient(await options.sender.connect(path), options);
    await client.#negotiate(path);
    return client;
  }

  private constructor(socket: Socket, options: QmpClientOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', () => {});
    socket.on('end', () => this.close());
    socket.on('close', () => this.close());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws QmpError with QEMU's words, QemuError ERR_QEMU_GONE */
  execute(command: string, args?: JsonObject): Promise<JsonValue> {
    return this.#execute(command, args, (text) => {
      this.#socket.write(text);
    });
  }

  /** As `execute`, with one descriptor for the monitor to keep. */
  executeWithDescriptor(command: string, args: JsonObject, far: Socket): Promise<JsonValue> {
    return this.#execute(command, args, (text) =>
      this.#options.sender.send(this.#socket, Buffer.from(text), far),
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    const error = new QemuError('ERR_QEMU_GONE', 'QEMU closed its monitor');
    this.#greeting?.reject(error);
    for (const pending of this.#pending.splice(0)) pending.reject(error);
    this.#options.closed();
  }

  async #negotiate(path: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<JsonValue>((resolve, reject) => {
        this.#greeting = { resolve, reject };
        const message = `the monitor at ${path} does not greet: another client may hold it`;
        timer = setTimeout(() => reject(new QemuError('ERR_QEMU_GONE', message)), greetingLimit);
      });
      await this.execute('qmp_capabilities');
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#greeting = null;
    }
  }

  #execute(
    command: string,
    args: JsonObject | undefined,
    send: (text: string) => Promise<void> | void,
  ): Promise<JsonValue> {
    const message = { execute: command, ...(args === undefined ? {} : { arguments: args }) };
    return new Promise((resolve, reject) => {
      this.#sending = this.#sending.then(async () => {
        if (this.#closed) {
          reject(new QemuError('ERR_QEMU_GONE', 'QEMU closed its monitor'));
          return;
        }
        const pending = { resolve, reject };
        this.#pending.push(pending);
        try {
          await send(`${formatJson(message)}\n`);
        } catch (error) {
          // The answer that will not come must not be waited for.
          this.#pending.splice(this.#pending.indexOf(pending), 1);
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  #receive(bytes: Uint8Array): void {
    for (const item of this.#stream.push(bytes)) this.#take(item);
  }

  #take(item: JsonItem): void {
    if (item.type === 'error') {
      this.close();
      return;
    }
    const message = item.value;
    if (!isObject(message)) return;
    if ('QMP' in message) this.#greeting?.resolve(message);
    else if ('return' in message) this.#pending.shift()?.resolve(message.return);
    else if ('error' in message) this.#pending.shift()?.reject(errorOf(message.error));
    else {
      const event = eventOf(message);
      if (event !== null) this.#options.event(event);
    }
  }
}
