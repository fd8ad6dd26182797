import { JsonLexer, type JsonToken } from './json-lexer.js';
import { JsonParseError, parseTokens } from './json-parser.js';
import type { JsonValue } from './json-value.js';

/** Upper bounds of one JSON value. */
export interface JsonLimits {
  /** Bytes of all its tokens, blanks not counted. */
  readonly bytes: number;
  readonly tokens: number;
  /** Brackets open at the same time. */
  readonly depth: number;
}
export const defaultJsonLimits: JsonLimits = { bytes: 1024 * 1024, tokens: 65_536, depth: 512 };

export type JsonItem =
  | { readonly type: 'value'; readonly value: JsonValue }
  /** `fatal`: a limit was exceeded; where the next value begins is unknown, and no more is read. */
  | { readonly type: 'error'; readonly message: string; readonly fatal: boolean };

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * Finds JSON values in a byte stream: several in one chunk or one over many, with or without newlines between them.
 * A number or keyword outside brackets is complete when the byte after it has come.
 */
export class JsonStream {
  readonly #limits: JsonLimits;
  readonly #lexer = new JsonLexer((token) => this.#take(token));
  #items: JsonItem[] = [];
  #tokens: JsonToken[] = [];
  /** The brackets that must come, innermost last. */
  #open: string[] = [];
  #bytes = 0;
  #ended = false;

  constructor(limits: JsonLimits = defaultJsonLimits) {
    this.#limits = limits;
  }

  /** What these bytes complete. Bytes after a fatal error are ignored. */
  push(bytes: Uint8Array): readonly JsonItem[] {
    for (const byte of bytes) {
      if (this.#ended) break;
      this.#lexer.push(byte);
      if (this.#bytes + this.#lexer.pending > this.#limits.bytes)
        this.#fail('JSON token size limit exceeded');
    }
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #take(token: JsonToken): void {
    if (this.#ended) return;
    if (token.kind === 'stray') {
      this.#reset();
      this.#error(`stray '${token.text}'`);
      return;
    }
    this.#tokens.push(token);
    this.#bytes += token.kind === 'string' ? token.bytes.length + 2 : token.text.length;
    if (this.#tokens.length > this.#limits.tokens) {
      this.#fail('JSON token count limit exceeded');
      return;
    }
    if (token.kind === 'structural') this.#follow(token.text);
    if (this.#open.length === 0 && !this.#ended) this.#complete();
  }

  #follow(bracket: string): void {
    const closer = closing[bracket];
    if (closer !== undefined) {
      this.#open.push(closer);
      if (this.#open.length > this.#limits.depth) this.#fail('JSON nesting depth limit exceeded');
    } else if (bracket === '}' || bracket === ']') {
      // A bracket that closes nothing ends the value, for the parser to refuse.
      if (this.#open.pop() !== bracket) this.#open = [];
    }
  }

  #complete(): void {
    const tokens = this.#tokens;
    this.#reset();
    try {
      this.#items.push({ type: 'value', value: parseTokens(tokens) });
    } catch (error) {
      if (!(error instanceof JsonParseError)) throw error;
      this.#error(error.message);
    }
  }

  #error(detail: string): void {
    this.#items.push({ type: 'error', message: `JSON parse error, ${detail}`, fatal: false });
  }

  #fail(message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reset();
    this.#items.push({ type: 'error', message, fatal: true });
  }

  #reset(): void {
    this.#tokens = [];
    this.#open = [];
    this.#bytes = 0;
  }
}
