import { Reader } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LinkClient,
  type LinkMessageFields,
  linkMessage,
} from '../../../../test/support/spice/link-client.js';
import { decodeLinkHeader, decodeLinkReply } from '../protocol/generated/link.codec.js';
import { linkErrors } from '../protocol/link.js';
import type { LinkPolicy } from './link-policy.js';
import { LinkSession } from './link-session.js';
import { AccountList } from './sasl/accounts.js';
import { PlainMechanism } from './sasl/plain.js';
import { TicketKey } from './ticket-key.js';

const mainType = 1;
const displayType = 2;
const plain = { secure: false, local: false };
const key = await TicketKey.generate();
const password = new TextEncoder().encode('secret');

/** A server with display 0 and session 7, whose password is 'secret'. */
const policy = (changes: Partial<LinkPolicy> = {}): LinkPolicy => ({
  publicKey: key.publicKey,
  decryptTicket: (ciphertext) => key.decrypt(ciphertext),
  channelSecurity: () => 'allowed',
  hasChannel: (type, id) => type === displayType && id === 0,
  channelCapabilities: () => [0x1234],
  acceptTicket: (given) => Buffer.compare(given, password) === 0,
  saslMechanisms: () => null,
  hasSession: (id) => id === 7,
  ...changes,
});

/** The link error of a refusal: 194 bytes that are zero but for it. */
const replyError = (chunks: readonly Uint8Array[]): number => {
  const bytes = new Uint8Array(Buffer.concat(chunks));
  expect(bytes.length).toBe(194);
  const header = decodeLinkHeader(new Reader(bytes));
  expect(header).toMatchObject({ magic: 0x51444552, majorVersion: 2, size: 178 });
  const reply = decodeLinkReply(new Reader(bytes.subarray(16)));
  expect(reply.publicKey.every((byte) => byte === 0)).toBe(true);
  expect([reply.numCommonCaps, reply.numChannelCaps, reply.capsOffset]).toEqual([0, 0, 0]);
  return reply.error;
};

/** What a server answers to these first bytes, with its stage and the answer's error. */
const refusal = (
  bytes: Uint8Array,
  changes: Partial<LinkPolicy> = {},
  secure = false,
): number | 'silence' => {
  const session = new LinkSession(policy(changes), { secure, local: false });
  session.receive(bytes, 0);
  expect(session.stage).toBe('refused');
  expect(session.channel).toBe(null);
  expect(session.reason).not.toBe('');
  const outgoing = session.takeOutgoing();
  return outgoing.length === 0 ? 'silence' : replyError(outgoing);
};

/** Both sides talk until nothing more is said; `step` bytes arrive at a time. */
const talk = (client: LinkClient, session: LinkSession, step = 4096): void => {
  for (;;) {
    const up = Buffer.concat(client.takeOutgoing());
    for (let at = 0; at < up.length; at += step) session.receive(up.subarray(at, at + step), 0);
    const down = Buffer.concat(session.takeOutgoing());
    for (let at = 0; at < down.length; at += step) client.receive(down.subarray(at, at + step));
    if (up.length + down.length === 0) return;
  }
};

const message = (changes: Partial<LinkMessageFields> = {}, channelType = mainType): Uint8Array =>
  linkMessage({ channelType, channelCapabilities: [0] }, changes);

describe('the answers of protocol §2.5', () => {
  it.each([
    ['a wrong magic number', message({ magic: 0x20544547 }), linkErrors.invalidMagic],
    ['a few bytes of something else', Buffer.from('GET /'), linkErrors.invalidMagic],
    ['major version 1', message({ majorVersion: 1 }), linkErrors.versionMismatch],
    ['major version 3', message({ majorVersion: 3 }), linkErrors.versionMismatch],
    ['major version 0', message({ majorVersion: 0 }), 'silence'],
    ['a size that is too small', message({ size: 17 }), linkErrors.invalidData],
    ['a size that is too large', message({ size: 4097 }), linkErrors.invalidData],
    ['too many common words', message({ numCommonCaps: 1025 }), linkErrors.invalidData],
    ['too many channel words', message({ numChannelCaps: 1025 }), linkErrors.invalidData],
    ['words that overlap the message', message({ capsOffset: 17 }), linkErrors.invalidData],
    ['words beyond the end', message({ capsOffset: 19 }), linkErrors.invalidData],
    ['more words than bytes', message({ numChannelCaps: 2 }), linkErrors.invalidData],
    ['a counter near 2^32', message({ numChannelCaps: 0xffff_ffff }), linkErrors.invalidData],
    ['an unknown channel', message({}, 99), linkErrors.channelNotAvailable],
    ['a channel type 0', message({}, 0), linkErrors.channelNotAvailable],
  ])('to %s', (_, bytes, answer) => {
    expect(refusal(bytes)).toBe(answer);
  });

  it('to a channel that needs TLS, or must not have it', () => {
    const channelSecurity = (_: number, secure: boolean) =>
      secure ? ('needs-plain' as const) : ('needs-tls' as const);
    expect(refusal(message(), { channelSecurity })).toBe(linkErrors.needSecured);
    expect(refusal(message(), { channelSecurity }, true)).toBe(linkErrors.needUnsecured);
  });

  it('to an id that the channel type does not have', () => {
    expect(refusal(linkMessage({ channelType: displayType, channelId: 1 }))).toBe(
      linkErrors.channelNotAvailable,
    );
  });

  it('to a size that is bad, without waiting for the message', () => {
    expect(refusal(message({ size: 5000 }).subarray(0, 16))).toBe(linkErrors.invalidData);
  });

  it.each([2, 0, 3, 0xff])('to authentication mechanism %i', (mechanism) => {
    const session = new LinkSession(policy(), plain);
    session.receive(message(), 0);
    session.takeOutgoing();
    session.receive(Uint8Array.of(mechanism, 0, 0, 0), 0);
    expect(session.stage).toBe('refused');
    expect(replyError(session.takeOutgoing())).toBe(linkErrors.invalidData);
  });

  it.each([
    ['a wrong password', { password: 'Secret' }, {}, linkErrors.permissionDenied],
    ['an empty password', {}, {}, linkErrors.permissionDenied],
    [
      'a ticket that cannot be decrypted, even when no password is asked for',
      {},
      { decryptTicket: () => null, acceptTicket: () => true },
      linkErrors.permissionDenied,
    ],
    [
      'a session that does not exist',
      { password: 'secret', channelType: displayType, connectionId: 8 },
      {},
      linkErrors.badConnectionId,
    ],
  ])('to %s', (_, request, changes, error) => {
    const client = new LinkClient({ channelType: mainType, ...request });
    const session = new LinkSession(policy(changes), plain);
    talk(client, session);
    expect([client.stage, client.error, session.stage]).toEqual(['failed', error, 'refused']);
  });

  it('to a channel that goes away during the link stage', () => {
    let there = true;
    const session = new LinkSession(policy({ hasChannel: () => there }), plain);
    const client = new LinkClient({ channelType: displayType, connectionId: 7, password: 'secret' });
    session.receive(Buffer.concat(client.takeOutgoing()), 0);
    client.receive(Buffer.concat(session.takeOutgoing()));
    there = false;
    talk(client, session);
    expect(client.error).toBe(linkErrors.channelNotAvailable);
  });
});

describe('a link', () => {
  const { authSelection, miniHeader } = { authSelection: 0, miniHeader: 3 };
  it.each([
    ['everything', [authSelection, miniHeader], true],
    ['full headers', [authSelection], false],
    ['no choice of authentication', [miniHeader], true],
    ['nothing', [], false],
  ])('succeeds with a client that announces %s', (_, commonCapabilities, mini) => {
    const request = { channelType: displayType, connectionId: 7, password: 'secret', commonCapabilities };
    for (const step of [1, 7, 4096]) {
      const client = new LinkClient({ ...request, channelCapabilities: [1, 33] });
      const session = new LinkSession(policy(), plain);
      talk(client, session, step);
      expect([client.stage, session.stage]).toEqual(['linked', 'linked']);
      expect(client.miniHeader).toBe(mini);
      expect(client.serverCapabilities).toEqual([0x1234]);
      expect(session.channel).toMatchObject({
        connectionId: 7,
        channelType: displayType,
        channelId: 0,
        channelCapabilities: [2, 2],
        miniHeader: mini,
      });
    }
  });

  it('announces AUTH_SELECTION, AUTH_SPICE and MINI_HEADER', () => {
    const session = new LinkSession(policy(), plain);
    session.receive(message(), 0);
    const bytes = Buffer.concat(session.takeOutgoing());
    expect(bytes.readUInt32LE(16 + 178)).toBe(0x0b);
    expect(bytes.readUInt32LE(12)).toBe(bytes.length - 16);
  });

  it('takes a main channel with any id, and capabilities behind a gap', () => {
    const usual = linkMessage({ channelType: mainType, channelId: 5, commonCapabilities: [3] });
    const bytes = new Uint8Array(usual.length + 6);
    bytes.set(usual.subarray(0, 34));
    bytes.set(usual.subarray(34), 40);
    new DataView(bytes.buffer).setUint32(12, 28, true);
    new DataView(bytes.buffer).setUint32(30, 24, true);
    const session = new LinkSession(policy(), plain);
    session.receive(bytes, 0);
    expect(session.stage).toBe('ticket');
    expect(session.channel).toMatchObject({ channelId: 5, miniHeader: true });
  });

  it('needs no capabilities at all, whatever their offset', () => {
    const session = new LinkSession(policy(), plain);
    session.receive(linkMessage({ channelType: mainType, commonCapabilities: [] }, { capsOffset: 9999 }), 0);
    expect(session.stage).toBe('ticket');
  });

  it('hands on what comes behind it in the same bytes', () => {
    const client = new LinkClient({ channelType: mainType, password: 'secret' });
    const session = new LinkSession(policy(), plain);
    session.receive(Buffer.concat(client.takeOutgoing()), 0);
    client.receive(Buffer.concat(session.takeOutgoing()));
    session.receive(Buffer.concat([...client.takeOutgoing(), Uint8Array.of(1, 2, 3)]), 0);
    expect(session.stage).toBe('linked');
    expect([...session.rest]).toEqual([1, 2, 3]);
  });

  it('does not keep the memory that it was given', () => {
    const client = new LinkClient({ channelType: mainType, password: 'secret' });
    const session = new LinkSession(policy(), plain);
    for (let up = client.takeOutgoing(); up.length > 0; up = client.takeOutgoing()) {
      for (const byte of Buffer.concat(up)) {
        const memory = Uint8Array.of(byte);
        session.receive(memory, 0);
        memory.fill(0xff);
      }
      client.receive(Buffer.concat(session.takeOutgoing()));
    }
    expect(client.stage).toBe('linked');
  });

  it('survives random bytes and mutated messages, and never says more than a refusal', () => {
    const good = message();
    const mutated = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    const bytes = fc.oneof(mutated, fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 3 }), (parts) => {
        const session = new LinkSession(policy({ decryptTicket: () => null }), plain);
        for (const part of parts) session.receive(part, 0);
        expect(session.stage).not.toBe('linked');
        if (session.stage === 'refused') expect(session.channel).toBe(null);
        const sent = session.takeOutgoing().reduce((sum, chunk) => sum + chunk.length, 0);
        expect(sent).toBeLessThanOrEqual(194 + 4 * 4 + 194);
      }),
      { numRuns: 500 },
    );
  });
});

describe('with SASL', () => {
  const accounts = new AccountList(new Uint8Array(16));
  accounts.addPassword('user', 'pencil');
  const mechanisms = [new PlainMechanism(accounts)];
  const sasl: Partial<LinkPolicy> = { saslMechanisms: ({ secure }) => (secure ? mechanisms : []) };
  const tls = { secure: true, local: false };
  const word = (value: number): Uint8Array => Uint8Array.of(value, 0, 0, 0);
  const login = (password: string): Uint8Array[] => {
    const data = Buffer.from(`\0user\0${password}\0`);
    return [word(2), word(5), Buffer.from('PLAIN'), word(data.length), data];
  };
  const hello = linkMessage({ channelType: mainType });

  it('lets a user in, and what follows belongs to the channel', () => {
    const session = new LinkSession(policy(sasl), tls);
    session.receive(hello, 0);
    const reply = Buffer.concat(session.takeOutgoing());
    expect(reply.readUInt32LE(16 + 178)).toBe(0b1101);
    session.receive(Buffer.concat([...login('pencil'), Uint8Array.of(7)]), 0);
    expect(session.stage).toBe('linked');
    expect([...session.rest]).toEqual([7]);
    const answer = Buffer.concat(session.takeOutgoing());
    // The list, the empty last message, the word that accepts, the link result.
    expect(answer.subarray(0, 4 + 7)).toEqual(Buffer.concat([word(7), Buffer.from(',PLAIN,')]));
    expect(answer.subarray(11)).toEqual(Buffer.concat([word(0), Uint8Array.of(1), word(0), word(0)]));
  });

  it('closes on a wrong password, and says whose fault it was', () => {
    const session = new LinkSession(policy(sasl), tls);
    session.receive(Buffer.concat([hello, ...login('wrong')]), 0);
    expect([session.stage, session.credentialsFailed]).toEqual(['refused', true]);
    expect(session.reason).not.toContain('wrong password: wrong');
  });

  it('refuses tickets, unknown mechanisms, clients that cannot choose, and streams that can be read', () => {
    const error = (bytes: Uint8Array, stream = tls): number => {
      const session = new LinkSession(policy(sasl), stream);
      session.receive(bytes, 0);
      expect(session.stage).toBe('refused');
      return replyError([Buffer.concat(session.takeOutgoing()).subarray(-194)]);
    };
    expect(error(Buffer.concat([hello, word(1)]))).toBe(linkErrors.invalidData);
    expect(error(Buffer.concat([hello, word(2), word(3), Buffer.from('XYZ')]))).toBe(linkErrors.invalidData);
    expect(error(linkMessage({ channelType: mainType, commonCapabilities: [3] }))).toBe(
      linkErrors.versionMismatch,
    );
    expect(error(hello, plain)).toBe(linkErrors.needSecured);
  });
});
