/** The link stage, before there are messages: protocol §2. */
import { schema } from '@lazyspice/core';

const { fixedBytes, struct, u8, u32 } = schema;

/** 'REDQ', read as a little-endian word. */
export const linkMagic = 0x51444552;
export const linkVersion = { major: 2, minor: 2 } as const;

/** §2.2: in front of both link messages. */
export const LinkHeader = struct('LinkHeader', {
  magic: u32,
  majorVersion: u32,
  minorVersion: u32,
  /** Bytes that follow. */
  size: u32,
});

/** §2.3: the client's. The capability words lie at `capsOffset` from its start, common ones first. */
export const LinkMess = struct('LinkMess', {
  /** 0: a new session. */
  connectionId: u32,
  channelType: u8,
  channelId: u8,
  numCommonCaps: u32,
  numChannelCaps: u32,
  capsOffset: u32,
});

/** §2.4: the server's. */
export const LinkReply = struct('LinkReply', {
  error: u32,
  /** DER SubjectPublicKeyInfo of a 1024-bit RSA key. */
  publicKey: fixedBytes(162),
  numCommonCaps: u32,
  numChannelCaps: u32,
  capsOffset: u32,
});

/** §2.5: in link replies, link results and DISCONNECTING. */
export const linkErrors = {
  ok: 0,
  error: 1,
  invalidMagic: 2,
  invalidData: 3,
  versionMismatch: 4,
  needSecured: 5,
  needUnsecured: 6,
  permissionDenied: 7,
  badConnectionId: 8,
  channelNotAvailable: 9,
} as const;

/** §2.1: the word after the link reply. */
export const authMechanisms = { spice: 1, sasl: 2 } as const;
