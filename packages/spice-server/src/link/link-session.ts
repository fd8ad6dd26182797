import { Reader, Writer } from '@lazyspice/core';
import { commonCapabilities } from '../protocol/capabilities.js';
import {
  decodeLinkHeader,
  decodeLinkMess,
  encodeLinkHeader,
  encodeLinkReply,
} from '../protocol/generated/link.codec.js';
import { authMechanisms, linkErrors, linkMagic, linkVersion } from '../protocol/link.js';
import {
  capabilityWords,
  hasCapability,
  type LinkedChannel,
  type LinkPolicy,
  type LinkStream,
} from './link-policy.js';
import type { SaslMechanism } from './sasl/mechanism.js';
import { SaslSession } from './sasl/sasl-session.js';

const headerBytes = 16;
const messageBytes = 18;
const replyBytes = 178;
const keyBytes = 162;
const ticketBytes = 128;
const maxSize = 4096;
const maxCapabilityWords = 1024;
const mainChannel = 1;

type Stage = 'header' | 'message' | 'mechanism' | 'ticket' | 'sasl' | 'linked' | 'refused';

const needed: Readonly<Record<Exclude<Stage, 'message' | 'sasl' | 'linked' | 'refused'>, number>> = {
  header: headerBytes,
  mechanism: 4,
  ticket: ticketBytes,
};

/**
 * The link stage of one connection (protocol §2), sans-IO: bytes in by `receive`, bytes out by `takeOutgoing`.
 * It ends `linked`, with `channel` and the bytes that already belong to the channel (`rest`), or `refused`:
 * then what is outgoing is sent and the stream closed.
 */
export class LinkSession {
  readonly #policy: LinkPolicy;
  readonly #stream: LinkStream;
  #stage: Stage = 'header';
  #buffer: Uint8Array = new Uint8Array(0);
  #messageSize = 0;
  #outgoing: Uint8Array[] = [];
  #channel: LinkedChannel | null = null;
  #reason = '';
  #mechanisms: readonly SaslMechanism[] | null = null;
  #sasl: SaslSession | null = null;
  #credentialsFailed = false;

  constructor(policy: LinkPolicy, stream: LinkStream) {
    this.#policy = policy;
    this.#stream = stream;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** What may now be served; set when the stage is `linked`. */
  get channel(): LinkedChannel | null {
    return this.#channel;
  }

  /** Why it was refused, for logs. */
  get reason(): string {
    return this.#reason;
  }

  /** It was refused for a wrong password, user or proof. */
  get credentialsFailed(): boolean {
    return this.#credentialsFailed;
  }

  /** Bytes received behind the link stage. */
  get rest(): Uint8Array {
    return this.#buffer;
  }

  /** @param now ms, for the ticket's expiry. */
  receive(bytes: Uint8Array, now: number): void {
    this.#buffer = this.#buffer.length === 0 ? bytes : concat(this.#buffer, bytes);
    for (;;) {
      const stage = this.#stage;
      if (stage === 'linked' || stage === 'refused') return;
      if (stage === 'header' && !startsLikeMagic(this.#buffer)) {
        return this.#refuse(linkErrors.invalidMagic, 'the magic number is wrong');
      }
      const length = this.#needed(stage);
      if (this.#buffer.length < length) {
        // What stays behind must not point into the caller's memory.
        this.#buffer = this.#buffer.slice();
        return;
      }
      const part = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(length);
      if (stage === 'header') this.#header(part);
      else if (stage === 'message') this.#message(part);
      else if (stage === 'mechanism') this.#mechanism(part);
      else if (stage === 'sasl') this.#saslStep(part);
      else this.#ticket(part, now);
    }
  }

  takeOutgoing(): Uint8Array[] {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    return outgoing;
  }

  #needed(stage: Exclude<Stage, 'linked' | 'refused'>): number {
    if (stage === 'message') return this.#messageSize;
    // INVARIANT: the stage 'sasl' begins with its session.
    return stage === 'sasl' ? (this.#sasl as SaslSession).needs : needed[stage];
  }

  #header(bytes: Uint8Array): void {
    const header = decodeLinkHeader(new Reader(bytes, 'link.header'));
    if (header.majorVersion === 0) return this.#close('major version 0');
    if (header.majorVersion !== linkVersion.major) {
      return this.#refuse(linkErrors.versionMismatch, `major version ${header.majorVersion}`);
    }
    if (header.size < messageBytes || header.size > maxSize) {
      return this.#refuse(linkErrors.invalidData, `link message of ${header.size} bytes`);
    }
    this.#messageSize = header.size;
    this.#stage = 'message';
  }

  #message(bytes: Uint8Array): void {
    const message = decodeLinkMess(new Reader(bytes, 'link.message'));
    const { numCommonCaps, numChannelCaps, capsOffset, channelType, channelId } = message;
    if (numCommonCaps > maxCapabilityWords || numChannelCaps > maxCapabilityWords) {
      return this.#refuse(linkErrors.invalidData, 'too many capability words');
    }
    const words = numCommonCaps + numChannelCaps;
    if (words > 0 && (capsOffset < messageBytes || capsOffset + 4 * words > bytes.length)) {
      return this.#refuse(linkErrors.invalidData, `capabilities at ${capsOffset} are outside the message`);
    }
    const security = this.#policy.channelSecurity(channelType, this.#stream.secure);
    if (security === 'needs-tls') return this.#refuse(linkErrors.needSecured, 'the channel needs TLS');
    if (security === 'needs-plain')
      return this.#refuse(linkErrors.needUnsecured, 'the channel is for plain streams');
    if (channelType !== mainChannel && !this.#policy.hasChannel(channelType, channelId)) {
      return this.#refuse(linkErrors.channelNotAvailable, `there is no channel ${channelType}:${channelId}`);
    }
    this.#mechanisms = this.#policy.saslMechanisms(this.#stream);
    if (this.#mechanisms?.length === 0) {
      return this.#refuse(linkErrors.needSecured, 'SASL needs a stream that nobody can read');
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = (index: number): number => view.getUint32(capsOffset + 4 * index, true);
    const common = Array.from({ length: numCommonCaps }, (_, i) => word(i));
    const channel = Array.from({ length: numChannelCaps }, (_, i) => word(numCommonCaps + i));
    const selects = hasCapability(common, commonCapabilities.authSelection);
    if (this.#mechanisms !== null && !selects) {
      return this.#refuse(linkErrors.versionMismatch, 'the client cannot authenticate with SASL');
    }
    this.#channel = {
      connectionId: message.connectionId,
      channelType,
      channelId,
      commonCapabilities: common,
      channelCapabilities: channel,
      miniHeader: hasCapability(common, commonCapabilities.miniHeader),
    };
    this.#reply(linkErrors.ok, this.#policy.publicKey, this.#policy.channelCapabilities(channelType));
    this.#stage = selects ? 'mechanism' : 'ticket';
  }

  #mechanism(bytes: Uint8Array): void {
    const mechanism = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    const mechanisms = this.#mechanisms;
    if (mechanism !== (mechanisms === null ? authMechanisms.spice : authMechanisms.sasl)) {
      return this.#refuse(linkErrors.invalidData, `authentication mechanism ${mechanism}`);
    }
    if (mechanisms === null) {
      this.#stage = 'ticket';
      return;
    }
    this.#sasl = new SaslSession(mechanisms);
    this.#outgoing.push(...this.#sasl.takeOutgoing());
    this.#stage = 'sasl';
  }

  #saslStep(bytes: Uint8Array): void {
    const sasl = this.#sasl as SaslSession;
    sasl.receive(bytes);
    this.#outgoing.push(...sasl.takeOutgoing());
    const { outcome } = sasl;
    if (outcome.state === 'accepted') return this.#admit();
    if (outcome.state === 'going') return;
    if (outcome.badMechanism) return this.#refuse(linkErrors.invalidData, outcome.reason);
    this.#credentialsFailed = true;
    this.#close(outcome.reason);
  }

  #ticket(bytes: Uint8Array, now: number): void {
    const plain = this.#policy.decryptTicket(bytes);
    if (plain === null) return this.#result(linkErrors.permissionDenied, 'the ticket cannot be decrypted');
    const end = plain.indexOf(0);
    if (!this.#policy.acceptTicket(end < 0 ? plain : plain.subarray(0, end), now)) {
      this.#credentialsFailed = true;
      return this.#result(linkErrors.permissionDenied, 'wrong or expired password');
    }
    this.#admit();
  }

  /** The client is who it should be: is what it wants still there? */
  #admit(): void {
    const { channelType, channelId, connectionId } = this.#channel as LinkedChannel;
    if (channelType !== mainChannel) {
      if (!this.#policy.hasSession(connectionId)) {
        return this.#result(linkErrors.badConnectionId, `there is no session ${connectionId}`);
      }
      if (!this.#policy.hasChannel(channelType, channelId)) {
        return this.#result(linkErrors.channelNotAvailable, `channel ${channelType}:${channelId} is gone`);
      }
    }
    this.#result(linkErrors.ok, '');
  }

  /** Link result: the last word of the stage. */
  #result(error: number, reason: string): void {
    const word = new Uint8Array(4);
    word[0] = error;
    this.#outgoing.push(word);
    if (error === linkErrors.ok) this.#stage = 'linked';
    else this.#close(reason);
  }

  #refuse(error: number, reason: string): void {
    this.#reply(error, new Uint8Array(keyBytes), null);
    this.#close(reason);
  }

  #close(reason: string): void {
    this.#stage = 'refused';
    this.#channel = null;
    this.#reason = reason;
  }

  /** A link reply; `channelCaps` null: an error reply, zero but for `error`. */
  #reply(error: number, publicKey: Uint8Array, channelCaps: readonly number[] | null): void {
    const { authSelection, authSpice, authSasl, miniHeader } = commonCapabilities;
    const way = this.#mechanisms === null ? authSpice : authSasl;
    const common = channelCaps === null ? [] : capabilityWords([authSelection, way, miniHeader]);
    const words = channelCaps === null ? [] : [...common, ...channelCaps];
    const writer = new Writer({ blockBytes: 512 });
    encodeLinkHeader(writer, {
      magic: linkMagic,
      majorVersion: linkVersion.major,
      minorVersion: linkVersion.minor,
      size: replyBytes + 4 * words.length,
    });
    encodeLinkReply(writer, {
      error,
      publicKey,
      numCommonCaps: common.length,
      numChannelCaps: words.length - common.length,
      capsOffset: channelCaps === null ? 0 : replyBytes,
    });
    for (const capabilities of words) writer.view.setUint32(writer.reserve(4), capabilities, true);
    this.#outgoing.push(...writer.takeChunks());
  }
}

/** Whether these bytes may become a header: a peer that speaks something else need not send 16 bytes of it. */
function startsLikeMagic(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 4).every((byte, i) => byte === ((linkMagic >>> (8 * i)) & 255));
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
