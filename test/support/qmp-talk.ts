import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  /** Of an event. */
  readonly data?: { readonly client?: Readonly<Record<string, unknown>> };
}

/** A talk with a QMP monitor: one command after the other. */
export class QmpTalk {
  readonly #socket: Socket;
  /** All that have come, in their order. */
  readonly events: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly #eventWaiting = new Map<string, () => void>();

  static async connect(path: string): Promise<QmpTalk> {
    const socket = connect(path);
    await once(socket, 'connect');
    const talk = new QmpTalk(socket);
    await talk.execute('qmp_capabilities');
    return talk;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => this.#take(JSON.parse(line) as Message));
  }

  async execute(execute: string, args?: object): Promise<unknown> {
    const answered = new Promise<Message>((resolve) => this.#waiting.push(resolve));
    this.#socket.write(
      `${JSON.stringify({ execute, ...(args === undefined ? {} : { arguments: args }) })}\n`,
    );
    const { return: result, error } = await answered;
    if (error !== undefined) throw new Error(`${execute}: ${error.desc}`);
    return result;
  }

  /** The first event of that name, past or future. */
  event(name: string): Promise<void> {
    if (this.events.some(({ event }) => event === name)) return Promise.resolve();
    return new Promise((resolve) => this.#eventWaiting.set(name, resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(message: Message): void {
    if ('return' in message || 'error' in message) this.#waiting.shift()?.(message);
    else if (message.event !== undefined) {
      this.events.push(message);
      this.#eventWaiting.get(message.event)?.();
    }
  }
}
