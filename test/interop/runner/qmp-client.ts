import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly data?: { readonly client?: Readonly<Record<string, unknown>> };
}

/** A QMP client that remembers events. */
export class QmpClient {
  readonly events: Message[] = [];
  readonly #socket;
  readonly #lines;

  private constructor(path: string) {
    this.#socket = connect(path);
    this.#lines = createInterface(this.#socket)[Symbol.asyncIterator]();
  }

  static async open(path: string): Promise<QmpClient> {
    const client = new QmpClient(path);
    await once(client.#socket, 'connect');
    await client.#next();
    await client.ask('qmp_capabilities');
    return client;
  }

  async ask(execute: string, args: object = {}): Promise<unknown> {
    this.#socket.write(JSON.stringify({ execute, arguments: args }));
    for (;;) {
      const message = await this.#next();
      if (message.event !== undefined) this.events.push(message);
      else return message.error ?? message.return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #next(): Promise<Message> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the monitor hung up');
    return JSON.parse(value as string) as Message;
  }
}

/** @throws Error with what was seen, when it is not good. */
export function check(what: string, good: boolean, seen: unknown): void {
  if (!good) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}
