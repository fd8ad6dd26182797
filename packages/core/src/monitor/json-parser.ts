import type { JsonToken } from './json-lexer.js';
import type { JsonObject, JsonValue } from './json-value.js';

/** The tokens are no JSON value. The message is QEMU's, without 'JSON parse error, '. */
export class JsonParseError extends Error {
  override readonly name = 'JsonParseError';
  readonly code = 'ERR_JSON_PARSE';
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
/** A surrogate pair, one UTF-16 unit, or another character. */
const escapeSyntax =
  /\\(?:u(?<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?<low>[dD][c-fC-F][0-9a-fA-F]{2})|u(?<unit>[0-9a-fA-F]{4})|(?<other>[\s\S]))/g;

function decodeString(bytes: Uint8Array): string {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new JsonParseError('invalid UTF-8 sequence in string');
  }
  return text.replaceAll(escapeSyntax, (...parts: unknown[]) => {
    const { high, low, unit, other } = parts.at(-1) as Record<string, string | undefined>;
    if (high !== undefined && low !== undefined) {
      return String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
    }
    if (unit !== undefined) {
      const code = Number.parseInt(unit, 16);
      if (code < 0xd800 || code > 0xdfff) return String.fromCharCode(code);
      throw new JsonParseError(`\\u${unit} is not a valid Unicode character`);
    }
    const meaning = escapes.get(other ?? '');
    if (meaning === undefined) throw new JsonParseError('invalid escape sequence in string');
    return meaning;
  });
}

/** Digits and sign of the longest 64-bit integer. */
const maxExactDigits = 20;

function parseInteger(text: string): number | bigint {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  if (text.length <= maxExactDigits) {
    const exact = BigInt(text);
    if (exact >= -(2n ** 63n) && exact < 2n ** 64n) return exact;
  }
  return parseFloating(text);
}

function parseFloating(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new JsonParseError(`number out of range '${text.slice(0, 32)}'`);
  return number;
}

class Parser {
  readonly #tokens: readonly JsonToken[];
  #next = 0;

  constructor(tokens: readonly JsonToken[]) {
    this.#tokens = tokens;
  }

  value(): JsonValue {
    const token = this.#tokens[this.#next++];
    switch (token?.kind) {
      case 'string':
        return decodeString(token.bytes);
      case 'integer':
        return parseInteger(token.text);
      case 'float':
        return parseFloating(token.text);
      case 'keyword':
        return this.#keyword(token.text);
      case 'structural':
        if (token.text === '{') return this.#object();
        if (token.text === '[') return this.#list();
        break;
    }
    throw new JsonParseError('expecting value');
  }

  #keyword(text: string): JsonValue {
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    throw new JsonParseError(`invalid keyword '${text}'`);
  }

  #object(): JsonObject {
    const members: Record<string, JsonValue> = Object.create(null);
    if (this.#accept('}')) return members;
    do {
      const key = this.value();
      if (typeof key !== 'string') throw new JsonParseError('key is not a string in object');
      if (!this.#accept(':')) throw new JsonParseError('missing : in object pair');
      const value = this.value();
      if (key in members) throw new JsonParseError('duplicate key');
      members[key] = value;
    } while (this.#accept(','));
    if (!this.#accept('}')) throw new JsonParseError('expected separator in dict');
    return members;
  }

  #list(): JsonValue[] {
    const elements: JsonValue[] = [];
    if (this.#accept(']')) return elements;
    do {
      elements.push(this.value());
    } while (this.#accept(','));
    if (!this.#accept(']')) throw new JsonParseError('expected separator in list');
    return elements;
  }

  #accept(text: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'structural' || token.text !== text) return false;
    this.#next++;
    return true;
  }
}

/**
 * The value that these tokens write; recursion is as deep as they are nested. Throws `JsonParseError`.
 */
export const parseTokens = (tokens: readonly JsonToken[]): JsonValue => new Parser(tokens).value();
