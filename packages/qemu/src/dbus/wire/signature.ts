import { DbusWireError } from './dbus-error.js';

/** Codes of the types without parts. */
export type BasicCode = 'y' | 'b' | 'n' | 'q' | 'i' | 'u' | 'x' | 't' | 'd' | 's' | 'o' | 'g' | 'h' | 'v';
/** One complete type. */
export type DbusType =
  | { readonly code: BasicCode }
  | { readonly code: 'a'; readonly element: DbusType }
  /** A struct, or a dictionary's entry, which only stands in arrays. */
  | { readonly code: '(' | '{'; readonly members: readonly DbusType[] };

/** Bytes of a signature. */
const maxLength = 255;
/** Arrays inside each other, and structs inside each other. */
const maxDepth = 32;

const basicCodes: ReadonlySet<string> = new Set('ybnqiuxtdsoghv');
const isBasic = (code: string): code is BasicCode => basicCodes.has(code);

class SignatureParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): DbusType[] {
    const types: DbusType[] = [];
    while (this.#at < this.#text.length) types.push(this.#one(0, 0, false));
    return types;
  }

  #fail(): never {
    throw new DbusWireError('ERR_DBUS_FORMAT', this.#at, `'${this.#text}' is no signature`);
  }

  #one(arrays: number, structs: number, inArray: boolean): DbusType {
    if (arrays > maxDepth || structs > maxDepth) {
      throw new DbusWireError('ERR_DBUS_LIMIT', this.#at, 'a signature is too deep');
    }
    const code = this.#text[this.#at++] ?? '';
    if (isBasic(code)) return { code };
    if (code === 'a') return { code, element: this.#one(arrays + 1, structs, true) };
    if (code === '(') return { code, members: this.#members(')', arrays, structs + 1) };
    if (code === '{' && inArray) {
      const members = this.#members('}', arrays, structs + 1);
      if (members.length === 2 && isBasic(members[0].code) && members[0].code !== 'v')
        return { code, members };
    }
    return this.#fail();
  }

  #members(end: string, arrays: number, structs: number): DbusType[] {
    const members: DbusType[] = [];
    while (this.#text[this.#at] !== end) {
      if (this.#at >= this.#text.length) this.#fail();
      members.push(this.#one(arrays, structs, false));
    }
    this.#at++;
    if (members.length === 0) this.#fail();
    return members;
  }
}

const known = new Map<string, readonly DbusType[]>();
/** Signatures kept as types; a peer that makes up more is parsed anew each time. */
const maxKnown = 256;

/**
 * The complete types of a signature of at most 255 characters.
 * @throws DbusWireError
 */
export function parseSignature(text: string): readonly DbusType[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (text.length > maxLength)
    throw new DbusWireError('ERR_DBUS_LIMIT', maxLength, 'a signature is too long');
  const types = new SignatureParser(text).all();
  if (known.size < maxKnown) known.set(text, types);
  return types;
}

/** Bytes to which values of a type are aligned: 1, 2, 4 or 8. */
export function alignmentOf({ code }: DbusType): number {
  switch (code) {
    case 'y':
    case 'g':
    case 'v':
      return 1;
    case 'n':
    case 'q':
      return 2;
    case 'x':
    case 't':
    case 'd':
    case '(':
    case '{':
      return 8;
    default:
      return 4;
  }
}
