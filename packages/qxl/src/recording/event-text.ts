import { deflateSync } from 'node:zlib';

/** Builds one event of a recording: lines of text with blobs between them (recording-format §1). */
export class EventText {
  readonly #parts: Uint8Array[] = [];
  readonly #compress: boolean;
  #text = '';

  constructor(compress: boolean) {
    this.#compress = compress;
  }

  /** A line of a word and numbers. 32-bit numbers are written signed, as the format does. */
  line(key: string, ...values: readonly (number | bigint)[]): this {
    this.#text += key;
    for (const value of values) this.#text += ` ${typeof value === 'bigint' ? value : value | 0}`;
    this.#text += '\n';
    return this;
  }

  /** A line of numbers alone. */
  numbers(...values: readonly number[]): this {
    this.#text += `${values.map((value) => value | 0).join(' ')}\n`;
    return this;
  }

  blob(name: string, bytes: Uint8Array): this {
    const packed = this.#compress ? deflateSync(bytes) : null;
    this.#text += packed
      ? `binary 1 ${name} ${bytes.length}:${packed.length}:`
      : `binary 0 ${name} ${bytes.length}:`;
    this.#flush();
    this.#parts.push(packed ?? bytes);
    this.#text = '\n';
    return this;
  }

  /** A chunk list of one blob. */
  chunks(name: string, bytes: Uint8Array): this {
    return this.line('data_chunks', 0, bytes.length).blob(name, bytes);
  }

  finish(): Uint8Array[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    this.#parts.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
  }
}
