import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { Reader, Writer } from '@lazyspice/core';
import { capabilityWords, hasCapability } from '../../../packages/spice-server/src/link/link-policy.js';
import { commonCapabilities } from '../../../packages/spice-server/src/protocol/capabilities.js';
import {
  decodeLinkHeader,
  decodeLinkReply,
  encodeLinkHeader,
  encodeLinkMess,
} from '../../../packages/spice-server/src/protocol/generated/link.codec.js';
import {
  authMechanisms,
  linkErrors,
  linkMagic,
  linkVersion,
} from '../../../packages/spice-server/src/protocol/link.js';

const headerBytes = 16;
const messageBytes = 18;
const replyBytes = 178;

export interface LinkRequest {
  readonly channelType: number;
  readonly channelId?: number;
  /** 0, the default: a new session. */
  readonly connectionId?: number;
  /** Bit numbers. */
  readonly commonCapabilities?: readonly number[];
  readonly channelCapabilities?: readonly number[];
  readonly password?: string;
}

export const defaultCommonCapabilities = [
  commonCapabilities.authSelection,
  commonCapabilities.authSpice,
  commonCapabilities.miniHeader,
] as const;

/** Everything of a link message that a test may want to be wrong. */
export interface LinkMessageFields {
  readonly magic: number;
  readonly majorVersion: number;
  readonly size: number;
  readonly numCommonCaps: number;
  readonly numChannelCaps: number;
  readonly capsOffset: number;
}

/** Header, link message and capability words; `changes` replaces fields. */
export function linkMessage(request: LinkRequest, changes: Partial<LinkMessageFields> = {}): Uint8Array {
  const common = capabilityWords(request.commonCapabilities ?? defaultCommonCapabilities);
  const words = [...common, ...capabilityWords(request.channelCapabilities ?? [])];
  const fields: LinkMessageFields = {
    magic: linkMagic,
    majorVersion: linkVersion.major,
    size: messageBytes + 4 * words.length,
    numCommonCaps: common.length,
    numChannelCaps: words.length - common.length,
    capsOffset: messageBytes,
    ...changes,
  };
  const writer = new Writer();
  encodeLinkHeader(writer, { ...fields, minorVersion: linkVersion.minor });
  encodeLinkMess(writer, {
    connectionId: request.connectionId ?? 0,
    channelType: request.channelType,
    channelId: request.channelId ?? 0,
    ...fields,
  });
  for (const word of words) writer.view.setUint32(writer.reserve(4), word, true);
  return joined(writer.takeChunks());
}

/** The ticket as a client sends it: 128 bytes. */
export function encryptTicket(publicKey: Uint8Array, password: string): Uint8Array {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  return publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(`${password}\0`),
  );
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

type Stage = 'reply' | 'result' | 'linked' | 'failed';

/** The client's side of the link stage, sans-IO: protocol §2. Begins with what `takeOutgoing` gives. */
export class LinkClient {
  readonly #request: LinkRequest;
  #stage: Stage = 'reply';
  #outgoing: Uint8Array[];
  #received: Uint8Array = new Uint8Array(0);
  #error: number | null = null;
  #miniHeader = false;
  #serverCapabilities: readonly number[] = [];

  constructor(request: LinkRequest) {
    this.#request = request;
    this.#outgoing = [linkMessage(request)];
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** The link error that ended it; null: none. */
  get error(): number | null {
    return this.#error;
  }

  /** Both sides announced mini headers. */
  get miniHeader(): boolean {
    return this.#miniHeader;
  }

  /** Words of channel capabilities that the server announced. */
  get serverCapabilities(): readonly number[] {
    return this.#serverCapabilities;
  }

  /** Bytes behind the link stage. */
  get rest(): Uint8Array {
    return this.#received;
  }

  takeOutgoing(): Uint8Array[] {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    return outgoing;
  }

  receive(bytes: Uint8Array): void {
    this.#received = joined([this.#received, bytes]);
    if (this.#stage === 'reply') this.#reply();
    if (this.#stage === 'result') this.#result();
  }

  #reply(): void {
    if (this.#received.length < headerBytes) return;
    const header = decodeLinkHeader(new Reader(this.#received));
    if (header.magic !== linkMagic) throw new Error('the link reply has no magic number');
    const end = headerBytes + header.size;
    if (this.#received.length < end) return;
    const body = this.#received.subarray(headerBytes, end);
    const reply = decodeLinkReply(new Reader(body));
    this.#received = this.#received.subarray(end);
    if (reply.error !== linkErrors.ok) return this.#fail(reply.error);
    if (reply.capsOffset !== replyBytes) throw new Error(`capabilities at ${reply.capsOffset}`);
    const view = new DataView(body.buffer, body.byteOffset + replyBytes);
    const word = (index: number): number => view.getUint32(4 * index, true);
    const common = Array.from({ length: reply.numCommonCaps }, (_, i) => word(i));
    this.#serverCapabilities = Array.from({ length: reply.numChannelCaps }, (_, i) =>
      word(reply.numCommonCaps + i),
    );
    this.#authenticate(common, reply.publicKey);
    this.#stage = 'result';
  }

  #authenticate(common: readonly number[], publicKey: Uint8Array): void {
    const own = this.#request.commonCapabilities ?? defaultCommonCapabilities;
    const both = (bit: number): boolean => own.includes(bit) && hasCapability(common, bit);
    this.#miniHeader = both(commonCapabilities.miniHeader);
    if (both(commonCapabilities.authSelection)) {
      this.#outgoing.push(Uint8Array.of(authMechanisms.spice, 0, 0, 0));
    }
    this.#outgoing.push(encryptTicket(publicKey, this.#request.password ?? ''));
  }

  #result(): void {
    if (this.#received.length < 4) return;
    const [error] = this.#received;
    this.#received = this.#received.subarray(4);
    if (error !== linkErrors.ok) return this.#fail(error);
    this.#stage = 'linked';
  }

  #fail(error: number): void {
    this.#error = error;
    this.#stage = 'failed';
  }
}
