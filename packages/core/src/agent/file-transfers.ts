import { FileTransferResult } from './protocol.js';

/** Where the bytes of one file go. */
export interface FileSink {
  /** More bytes; nothing more comes until a promise is resolved. A throw refuses the rest. */
  write(bytes: Uint8Array): void | Promise<void>;
  /** The file is complete, or was given up. */
  end(complete: boolean): void | Promise<void>;
}
/** Opens a file that a client sends; null refuses it. `name` is what the client says: it may hold anything. */
export type FileReceiver = (file: {
  readonly name: string;
  readonly size: number;
}) => FileSink | null | Promise<FileSink | null>;

type Result = (typeof FileTransferResult.values)[keyof typeof FileTransferResult.values];
interface Transfer {
  readonly sink: FileSink;
  left: number;
}

/** Files under way at once; more are refused. */
const maxTransfers = 64;
const results = FileTransferResult.values;
const noDetail = new Uint8Array(0);

/** Name and size out of the text of FILE_XFER_START: protocol §7.5. Null: it has none. */
export function parseFileText(text: Uint8Array): { readonly name: string; readonly size: number } | null {
  const lines = Buffer.from(text).toString().replace(/\0.*$/s, '').split('\n');
  if (lines[0]?.trim() !== '[vdagent-file-xfer]') return null;
  const values = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  const name = values.get('name')?.replaceAll(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
  const size = Number(values.get('size') ?? Number.NaN);
  if (name === undefined || name === '' || !Number.isSafeInteger(size) || size < 0) return null;
  return { name, size };
}
const escapes: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };

/** The agent's end of file transfers. */
export class FileTransfers {
  readonly #receive: FileReceiver | null;
  readonly #tell: (status: {
    readonly id: number;
    readonly result: Result;
    readonly detail: Uint8Array;
  }) => void;
  readonly #transfers = new Map<number, Transfer>();

  constructor(
    receive: FileReceiver | null,
    tell: (status: { readonly id: number; readonly result: Result; readonly detail: Uint8Array }) => void,
  ) {
    this.#receive = receive;
    this.#tell = tell;
  }

  async start(id: number, text: Uint8Array): Promise<void> {
    const file = parseFileText(text);
    if (this.#receive === null) return this.#status(id, results.disabled);
    if (file === null || this.#transfers.has(id) || this.#transfers.size >= maxTransfers) {
      return this.#status(id, results.error);
    }
    let sink: FileSink | null = null;
    try {
      sink = await this.#receive(file);
    } catch {
      // As when it refuses.
    }
    if (sink === null) return this.#status(id, results.error);
    this.#transfers.set(id, { sink, left: file.size });
    this.#status(id, results.canSendData);
  }

  async data(id: number, bytes: Uint8Array): Promise<void> {
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return;
    try {
      if (bytes.length > transfer.left) throw new RangeError(`more bytes than the file was said to have`);
      transfer.left -= bytes.length;
      if (bytes.length > 0) await transfer.sink.write(bytes);
      if (transfer.left > 0) return;
      this.#transfers.delete(id);
      await transfer.sink.end(true);
      this.#status(id, results.success);
    } catch {
      this.#transfers.delete(id);
      await giveUp(transfer);
      this.#status(id, results.error);
    }
  }

  /** A client calls its file off. */
  async cancelled(id: number): Promise<void> {
    const transfer = this.#transfers.get(id);
    this.#transfers.delete(id);
    if (transfer !== undefined) await giveUp(transfer);
  }

  /** All clients are gone. */
  abandon(): void {
    for (const id of [...this.#transfers.keys()]) void this.cancelled(id);
  }

  #status(id: number, result: Result): void {
    this.#tell({ id, result, detail: noDetail });
  }
}

async function giveUp({ sink }: Transfer): Promise<void> {
  try {
    await sink.end(false);
  } catch {
    // There is nothing more to be done about it.
  }
}
