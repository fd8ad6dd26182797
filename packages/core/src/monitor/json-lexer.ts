export type JsonToken =
  /** `text`: one of {}[]:, */
  | { readonly kind: 'structural'; readonly text: string }
  /** `bytes`: between the quotes, escapes as written. */
  | { readonly kind: 'string'; readonly bytes: Uint8Array }
  | { readonly kind: 'integer' | 'float' | 'keyword'; readonly text: string }
  /** Bytes that begin no token, or begin one that goes wrong at the last byte. */
  | { readonly kind: 'stray'; readonly text: string };

type State =
  | 'start'
  | 'recovery'
  | 'string'
  | 'escape'
  | 'keyword'
  | 'minus'
  | 'zero'
  | 'digits'
  | 'point'
  | 'fraction'
  | 'exponent'
  | 'exponent-sign'
  | 'exponent-digits';

const backslash = 0x5c;
const doubleQuote = 0x22;
const singleQuote = 0x27;
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isSpace = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
const isStructural = (byte: number) => '{}[]:,'.includes(String.fromCharCode(byte));
const isLetter = (byte: number) => byte >= 0x61 && byte <= 0x7a;
/** Bytes no text has: control characters, and what UTF-8 never uses. */
const isReset = (byte: number) => byte < 0x20 || byte >= 0xfe;
const isExponent = (byte: number) => byte === 0x65 || byte === 0x45;

/** Follows a number: the state after one more byte, 'end' before it, 'stray' with it. */
function nextOfNumber(state: State, byte: number): State | 'end' | 'stray' {
  const digit = isDigit(byte);
  switch (state) {
    case 'minus':
      return byte === 0x30 ? 'zero' : digit ? 'digits' : 'stray';
    case 'zero':
    case 'digits':
      if (digit) return state === 'zero' ? 'stray' : 'digits';
      return byte === 0x2e ? 'point' : isExponent(byte) ? 'exponent' : 'end';
    case 'point':
      return digit ? 'fraction' : 'stray';
    case 'fraction':
      return digit ? 'fraction' : isExponent(byte) ? 'exponent' : 'end';
    case 'exponent':
      return digit ? 'exponent-digits' : byte === 0x2b || byte === 0x2d ? 'exponent-sign' : 'stray';
    case 'exponent-sign':
      return digit ? 'exponent-digits' : 'stray';
    default:
      return digit ? 'exponent-digits' : 'end';
  }
}

/**
 * Cuts a byte stream into JSON tokens, as QEMU does: strings may have single quotes, and after a stray byte
 * nothing counts before the next control character or one of {}[]:,.
 */
export class JsonLexer {
  readonly #emit: (token: JsonToken) => void;
  readonly #decoder = new TextDecoder();
  #state: State = 'start';
  #quote = 0;
  #bytes: number[] = [];

  constructor(emit: (token: JsonToken) => void) {
    this.#emit = emit;
  }

  /** Bytes of the token that has begun. */
  get pending(): number {
    return this.#bytes.length;
  }

  push(byte: number): void {
    switch (this.#state) {
      case 'start':
        this.#start(byte);
        break;
      case 'recovery':
        if (isReset(byte) || isStructural(byte)) {
          this.#state = 'start';
          this.#start(byte);
        }
        break;
      case 'string':
      case 'escape':
        this.#inString(byte);
        break;
      case 'keyword':
        if (isLetter(byte)) this.#bytes.push(byte);
        else this.#end('keyword', byte);
        break;
      default:
        this.#inNumber(byte);
    }
  }

  #start(byte: number): void {
    if (isSpace(byte)) return;
    if (isStructural(byte)) {
      this.#emit({ kind: 'structural', text: String.fromCharCode(byte) });
      return;
    }
    this.#bytes.push(byte);
    if (byte === doubleQuote || byte === singleQuote) {
      this.#quote = byte;
      this.#state = 'string';
    } else if (isLetter(byte)) this.#state = 'keyword';
    else if (byte === 0x2d) this.#state = 'minus';
    else if (isDigit(byte)) this.#state = byte === 0x30 ? 'zero' : 'digits';
    else this.#stray();
  }

  #inString(byte: number): void {
    this.#bytes.push(byte);
    if (isReset(byte)) this.#stray();
    else if (this.#state === 'escape') this.#state = 'string';
    else if (byte === backslash) this.#state = 'escape';
    else if (byte === this.#quote) {
      const bytes = Uint8Array.from(this.#bytes.slice(1, -1));
      this.#reset('start');
      this.#emit({ kind: 'string', bytes });
    }
  }

  #inNumber(byte: number): void {
    const next = nextOfNumber(this.#state, byte);
    if (next === 'end') {
      this.#end(this.#state === 'zero' || this.#state === 'digits' ? 'integer' : 'float', byte);
      return;
    }
    this.#bytes.push(byte);
    if (next === 'stray') this.#stray();
    else this.#state = next;
  }

  #end(kind: 'keyword' | 'integer' | 'float', following: number): void {
    const text = this.#text();
    this.#reset('start');
    this.#emit({ kind, text });
    this.#start(following);
  }

  #stray(): void {
    const text = this.#text();
    this.#reset('recovery');
    this.#emit({ kind: 'stray', text });
  }

  #text(): string {
    return this.#decoder.decode(Uint8Array.from(this.#bytes));
  }

  #reset(state: State): void {
    this.#bytes = [];
    this.#state = state;
  }
}
