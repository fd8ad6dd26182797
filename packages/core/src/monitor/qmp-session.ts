import { defaultJsonLimits, type JsonItem, JsonStream } from './json-stream.js';
import { formatJson, type JsonObject, type JsonValue } from './json-value.js';
import type { MonitorBackend } from './monitor-backend.js';
import type { QmpCommand, QmpContext } from './qmp-command.js';
import { QmpError, toQmpError } from './qmp-error.js';
import { standardCommands } from './standard-commands.js';
import { versionInfo } from './version.js';

/** Seconds since 1970, and microseconds 0..999999. */
export interface QmpTimestamp {
  readonly seconds: number;
  readonly microseconds: number;
}

export interface QmpSessionOptions {
  readonly backend: MonitorBackend;
  /** Takes each line that the client is to get, with its line end. */
  readonly output: (line: string) => void;
  /** The session is over: nothing more is read, and the connection is to be closed. */
  readonly ended?: () => void;
  /** Besides the standard ones; one of the same name replaces it. */
  readonly commands?: readonly QmpCommand[];
  /** Bytes of one request; default 1 MiB. A larger one ends the session. */
  readonly maxRequestBytes?: number;
}

interface Request {
  readonly name: string;
  readonly args: JsonObject;
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const generic = (message: string) => new QmpError('GenericError', message);

function readRequest(message: JsonObject): Request {
  let name: string | null = null;
  let args: JsonObject = {};
  for (const [member, value] of Object.entries(message)) {
    if (member === 'execute') {
      if (typeof value !== 'string') throw generic("QMP input member 'execute' must be a string");
      name = value;
    } else if (member === 'arguments') {
      if (!isObject(value)) throw generic("QMP input member 'arguments' must be an object");
      args = value;
    } else if (member !== 'id') throw generic(`QMP input member '${member}' is unexpected`);
  }
  if (name === null) throw generic("QMP input lacks member 'execute'");
  return { name, args };
}

/**
 * One client of a QMP monitor: bytes in, lines out, no socket and no clock. Requests are answered one after
 * another in the order in which they came. Before `qmp_capabilities` no other command is accepted and no event
 * is given out.
 */
export class QmpSession {
  readonly #options: QmpSessionOptions;
  readonly #commands: ReadonlyMap<string, QmpCommand>;
  readonly #stream: JsonStream;
  readonly #queue: JsonItem[] = [];
  #negotiated = false;
  #closed = false;
  #work: Promise<void> | null = null;

  /** Gives out the greeting. */
  constructor(options: QmpSessionOptions) {
    this.#options = options;
    const commands = [...standardCommands, ...(options.commands ?? [])];
    this.#commands = new Map(commands.map((command) => [command.name, command]));
    const bytes = options.maxRequestBytes ?? defaultJsonLimits.bytes;
    this.#stream = new JsonStream({ ...defaultJsonLimits, bytes });
    this.#send({ QMP: { version: versionInfo, capabilities: [] } });
  }

  /** Takes bytes of any number of requests, or of a part of one. Never throws. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#queue.push(...this.#stream.push(bytes));
    if (this.#queue.length > 0) {
      this.#work ??= this.#answerAll().finally(() => {
        this.#work = null;
      });
    }
  }

  /**
   * Resolves when everything received so far has been answered. Who awaits it before giving more bytes bounds the
   * requests that wait. Rejects with what an action after an answer threw.
   */
  async idle(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  /** Gives an event to the client, if it has negotiated. */
  event(name: string, timestamp: QmpTimestamp, data?: JsonObject): void {
    if (!this.#negotiated) return;
    const { seconds, microseconds } = timestamp;
    this.#send({
      timestamp: { seconds, microseconds },
      event: name,
      ...(data === undefined ? {} : { data }),
    });
  }

  /** The connection is gone: requests not yet begun are dropped, and nothing is given out any more. */
  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  async #answerAll(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      if (item.type === 'value') await this.#answer(item.value);
      else this.#sendError(generic(item.message));
      if (item.type === 'error' && item.fatal && !this.#closed) {
        this.close();
        this.#options.ended?.();
      }
    }
  }

  async #answer(message: JsonValue): Promise<void> {
    if (!isObject(message)) {
      this.#sendError(generic('QMP input must be a JSON object'));
      return;
    }
    const after: (() => void)[] = [];
    try {
      const result = await this.#execute(readRequest(message), after);
      this.#send({ return: result, ...('id' in message ? { id: message.id } : {}) });
    } catch (error) {
      this.#sendError(toQmpError(error), message.id);
    }
    for (const action of after) action();
  }

  #execute({ name, args }: Request, after: (() => void)[]): JsonValue | Promise<JsonValue> {
    if (!this.#negotiated && name !== 'qmp_capabilities') {
      const message = "Expecting capabilities negotiation with 'qmp_capabilities'";
      throw new QmpError('CommandNotFound', message);
    }
    const command = this.#commands.get(name);
    if (command === undefined) {
      throw new QmpError('CommandNotFound', `The command ${name} has not been found`);
    }
    const context: QmpContext = {
      backend: this.#options.backend,
      commandNames: [...this.#commands.keys()].sort(),
      negotiate: () => this.#negotiate(after),
      afterAnswer: (action) => after.push(action),
    };
    return command.run(args, context);
  }

  /** Events may go out only after the answer has. */
  #negotiate(after: (() => void)[]): void {
    if (this.#negotiated) {
      const message = 'Capabilities negotiation is already complete, command ignored';
      throw new QmpError('CommandNotFound', message);
    }
    after.push(() => {
      this.#negotiated = true;
    });
  }

  #sendError({ qmpClass, message }: QmpError, id?: JsonValue): void {
    this.#send({ ...(id === undefined ? {} : { id }), error: { class: qmpClass, desc: message } });
  }

  #send(message: JsonObject): void {
    if (!this.#closed) this.#options.output(`${formatJson(message)}\r\n`);
  }
}
