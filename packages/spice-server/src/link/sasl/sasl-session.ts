import type { SaslExchange, SaslMechanism, SaslStep } from './mechanism.js';

/** Bytes of a mechanism's name. */
const maxMechanismName = 100;
/** Bytes of one message of a mechanism: far more than the built-in ones need. */
export const maxSaslData = 64 * 1024;
/** Messages of one authentication. */
const maxSteps = 16;

export type SaslOutcome =
  | { readonly state: 'going' }
  | { readonly state: 'accepted'; readonly user: string }
  /** The stream is closed without a word. `badMechanism`: the client asked for one that was not offered, which deserves a link error. */
  | { readonly state: 'refused'; readonly reason: string; readonly badMechanism: boolean };

type Stage = 'name-length' | 'name' | 'data-length' | 'data';

/**
 * The server's side of SPICE's SASL exchange (protocol §2.7), up to and with the word that accepts. It says how many
 * bytes it `needs` next and is given exactly those.
 */
export class SaslSession {
  readonly #mechanisms: readonly SaslMechanism[];
  #outgoing: Uint8Array[] = [];
  #stage: Stage = 'name-length';
  #needs = 4;
  #exchange: SaslExchange | null = null;
  #outcome: SaslOutcome = { state: 'going' };
  #steps = 0;

  constructor(mechanisms: readonly SaslMechanism[]) {
    this.#mechanisms = mechanisms;
    const list = new TextEncoder().encode(`,${mechanisms.map(({ name }) => name).join(',')},`);
    this.#outgoing.push(word(list.length), list);
  }

  /** Bytes of the next part. */
  get needs(): number {
    return this.#needs;
  }

  get outcome(): SaslOutcome {
    return this.#outcome;
  }

  takeOutgoing(): Uint8Array[] {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    return outgoing;
  }

  /** @param part `needs` bytes. */
  receive(part: Uint8Array): void {
    switch (this.#stage) {
      case 'name-length':
        return this.#expect('name', length(part), 1, maxMechanismName);
      case 'name':
        return this.#choose(Buffer.from(part).toString('latin1'));
      case 'data-length':
        if (length(part) === 0) return this.#step(null);
        return this.#expect('data', length(part), 1, maxSaslData);
      case 'data':
        // A NUL ends the data and does not belong to it.
        return part[part.length - 1] === 0
          ? this.#step(part.subarray(0, -1))
          : this.#refuse('the data does not end with a NUL');
    }
  }

  #expect(stage: Stage, bytes: number, min: number, max: number): void {
    if (bytes < min || bytes > max) return this.#refuse(`a ${stage} of ${bytes} bytes`);
    this.#stage = stage;
    this.#needs = bytes;
  }

  #choose(name: string): void {
    const mechanism = this.#mechanisms.find((offered) => offered.name === name);
    if (mechanism === undefined) return this.#refuse('a mechanism that was not offered', true);
    this.#exchange = mechanism.start();
    this.#awaitData();
  }

  #awaitData(): void {
    this.#stage = 'data-length';
    this.#needs = 4;
  }

  #step(data: Uint8Array | null): void {
    this.#steps++;
    // INVARIANT: data comes after a mechanism was chosen.
    const step = (this.#exchange as SaslExchange).step(data);
    if (step.outcome === 'refused') return this.#refuse(step.reason);
    if (this.#steps >= maxSteps) return this.#refuse('too many messages');
    this.#say(step);
    if (step.outcome === 'continue') return this.#awaitData();
    this.#outgoing.push(word(0));
    this.#outcome = { state: 'accepted', user: step.user };
  }

  #say(step: Exclude<SaslStep, { outcome: 'refused' }>): void {
    const { data } = step;
    if (data === null) this.#outgoing.push(word(0));
    else this.#outgoing.push(word(data.length + 1), data, Uint8Array.of(0));
    this.#outgoing.push(Uint8Array.of(step.outcome === 'accepted' ? 1 : 0));
  }

  #refuse(reason: string, badMechanism = false): void {
    this.#outcome = { state: 'refused', reason: `SASL: ${reason}`, badMechanism };
  }
}

const length = (part: Uint8Array): number => new DataView(part.buffer, part.byteOffset, 4).getUint32(0, true);

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
