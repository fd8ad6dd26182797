/** Bytes of one line of the other side. */
const maxLine = 4096;
const lineFeed = 10;

export type SaslStep =
  /** `send` (may be empty), and go on. */
  | { readonly state: 'waiting'; readonly send: string }
  /** `send`, then messages begin; `rest` are their first bytes. */
  | { readonly state: 'done'; readonly send: string; readonly rest: Uint8Array }
  | { readonly state: 'refused'; readonly reason: string };

/** The client's side of the authentication before messages: EXTERNAL, with descriptor passing. */
export class SaslClient {
  readonly #uid: number;
  #line: number[] = [];
  #expected: 'OK' | 'AGREE_UNIX_FD' = 'OK';

  /** @param uid the user's number that the other side sees at the socket. */
  constructor(uid: number) {
    this.#uid = uid;
  }

  /** What is said first. */
  get greeting(): string {
    const hex = Buffer.from(String(this.#uid), 'latin1').toString('hex');
    return `\0AUTH EXTERNAL ${hex}\r\n`;
  }

  /** Takes bytes of the other side, up to its last line. */
  receive(bytes: Uint8Array): SaslStep {
    let send = '';
    for (const [index, byte] of bytes.entries()) {
      if (byte !== lineFeed) {
        if (this.#line.push(byte) > maxLine) return { state: 'refused', reason: 'its answer has no end' };
        continue;
      }
      const line = String.fromCharCode(...this.#line).trimEnd();
      this.#line = [];
      if (line.split(' ')[0] !== this.#expected) return { state: 'refused', reason: `it answered '${line}'` };
      if (this.#expected === 'AGREE_UNIX_FD') {
        return { state: 'done', send: `${send}BEGIN\r\n`, rest: bytes.subarray(index + 1) };
      }
      this.#expected = 'AGREE_UNIX_FD';
      send += 'NEGOTIATE_UNIX_FD\r\n';
    }
    return { state: 'waiting', send };
  }
}
