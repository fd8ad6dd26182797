// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { schema } from '@lazyspice/core';
import type * as declared from '../link.js';

type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;
type LinkHeader = Infer<typeof declared.LinkHeader>;
type LinkMess = Infer<typeof declared.LinkMess>;
type LinkReply = Infer<typeof declared.LinkReply>;

export function encodeLinkHeader(writer: Writer, value: LinkHeader): void {
  const at = writer.reserve(16);
  const out = writer.view;
  out.setUint32(at, value.magic, true);
  out.setUint32(at + 4, value.majorVersion, true);
  out.setUint32(at + 8, value.minorVersion, true);
  out.setUint32(at + 12, value.size, true);
}

export function decodeLinkHeader(reader: Reader): LinkHeader {
  const view = reader.view;
  const at = reader.take(16);
  return {
    magic: view.getUint32(at, true),
    majorVersion: view.getUint32(at + 4, true),
    minorVersion: view.getUint32(at + 8, true),
    size: view.getUint32(at + 12, true),
  };
}

export function encodeLinkMess(writer: Writer, value: LinkMess): void {
  const at = writer.reserve(18);
  const out = writer.view;
  out.setUint32(at, value.connectionId, true);
  out.setUint8(at + 4, value.channelType);
  out.setUint8(at + 5, value.channelId);
  out.setUint32(at + 6, value.numCommonCaps, true);
  out.setUint32(at + 10, value.numChannelCaps, true);
  out.setUint32(at + 14, value.capsOffset, true);
}

export function decodeLinkMess(reader: Reader): LinkMess {
  const view = reader.view;
  const at = reader.take(18);
  return {
    connectionId: view.getUint32(at, true),
    channelType: view.getUint8(at + 4),
    channelId: view.getUint8(at + 5),
    numCommonCaps: view.getUint32(at + 6, true),
    numChannelCaps: view.getUint32(at + 10, true),
    capsOffset: view.getUint32(at + 14, true),
  };
}

export function encodeLinkReply(writer: Writer, value: LinkReply): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.error, true);
  writer.exact(value.publicKey, 162, 'LinkReply.publicKey');
  writer.bytes(value.publicKey);
  const at2 = writer.reserve(12);
  const out2 = writer.view;
  out2.setUint32(at2, value.numCommonCaps, true);
  out2.setUint32(at2 + 4, value.numChannelCaps, true);
  out2.setUint32(at2 + 8, value.capsOffset, true);
}

export function decodeLinkReply(reader: Reader): LinkReply {
  const view = reader.view;
  const at = reader.take(4);
  const publicKey = reader.slice(162, 162, 'LinkReply.publicKey');
  const at2 = reader.take(12);
  return {
    error: view.getUint32(at, true),
    publicKey,
    numCommonCaps: view.getUint32(at2, true),
    numChannelCaps: view.getUint32(at2 + 4, true),
    capsOffset: view.getUint32(at2 + 8, true),
  };
}
