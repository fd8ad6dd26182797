/** Capability n is bit n % 32 of word n / 32; words that are not there are 0. */
export class AgentCapabilities {
  readonly words: readonly number[];

  constructor(words: readonly number[]) {
    this.words = words;
  }

  static of(...bits: readonly number[]): AgentCapabilities {
    return bits.reduce((all, bit) => all.with(bit, true), new AgentCapabilities([]));
  }

  /** From the bytes of ANNOUNCE_CAPABILITIES; an incomplete last word is ignored. */
  static fromBytes(bytes: Uint8Array): AgentCapabilities {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new AgentCapabilities(
      Array.from({ length: bytes.length >>> 2 }, (_, i) => view.getUint32(i * 4, true)),
    );
  }

  has(bit: number): boolean {
    return (((this.words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  with(bit: number, set: boolean): AgentCapabilities {
    const words = [...this.words];
    while (words.length <= bit >>> 5) words.push(0);
    const mask = 1 << (bit & 31);
    const word = words[bit >>> 5] ?? 0;
    words[bit >>> 5] = (set ? word | mask : word & ~mask) >>> 0;
    return new AgentCapabilities(words);
  }

  union(other: AgentCapabilities): AgentCapabilities {
    const length = Math.max(this.words.length, other.words.length);
    return new AgentCapabilities(
      Array.from({ length }, (_, i) => ((this.words[i] ?? 0) | (other.words[i] ?? 0)) >>> 0),
    );
  }

  equals(other: AgentCapabilities): boolean {
    const length = Math.max(this.words.length, other.words.length);
    for (let i = 0; i < length; i++) if ((this.words[i] ?? 0) !== (other.words[i] ?? 0)) return false;
    return true;
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.words.length * 4);
    const view = new DataView(bytes.buffer);
    for (const [i, word] of this.words.entries()) view.setUint32(i * 4, word, true);
    return bytes;
  }
}
