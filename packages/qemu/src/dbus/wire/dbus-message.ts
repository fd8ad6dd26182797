import { DbusWireError } from './dbus-error.js';
import { DbusReader } from './dbus-reader.js';
import { DbusWriter } from './dbus-writer.js';
import { type DbusValue, type DbusVariant, dbusLimits } from './values.js';

export const messageTypes = { call: 1, return: 2, error: 3, signal: 4 } as const;
export type DbusMessageType = keyof typeof messageTypes;
const typeNames: readonly (DbusMessageType | undefined)[] = [undefined, 'call', 'return', 'error', 'signal'];

/** Bit 0 of a message's flags. */
export const noReplyExpected = 1;

/** A message; fields that are absent are null. */
export interface DbusMessage {
  readonly type: DbusMessageType;
  readonly flags: number;
  readonly serial: number;
  readonly path: string | null;
  readonly interface: string | null;
  readonly member: string | null;
  readonly errorName: string | null;
  readonly replySerial: number | null;
  readonly destination: string | null;
  readonly sender: string | null;
  readonly signature: string;
  /** File descriptors that travel with it. */
  readonly descriptors: number;
  readonly body: readonly DbusValue[];
}

/** By the code of the header field: member, type. */
const fields = {
  1: ['path', 'o'],
  2: ['interface', 's'],
  3: ['member', 's'],
  4: ['errorName', 's'],
  5: ['replySerial', 'u'],
  6: ['destination', 's'],
  7: ['sender', 's'],
  8: ['signature', 'g'],
  9: ['descriptors', 'u'],
} as const;
type FieldName = (typeof fields)[keyof typeof fields][0];

/** Bytes of the part that tells the lengths of the others. */
export const fixedHeaderBytes = 16;
const protocolVersion = 1;
const littleEndianMark = 0x6c;
const bigEndianMark = 0x42;

const align8 = (size: number): number => Math.ceil(size / 8) * 8;

export interface MessageExtent {
  readonly littleEndian: boolean;
  /** Bytes up to the body. */
  readonly header: number;
  readonly total: number;
}

/**
 * How long a message is, by its first 16 bytes.
 * @throws DbusWireError
 */
export function measureMessage(bytes: Uint8Array): MessageExtent {
  if (bytes.length < fixedHeaderBytes) throw new DbusWireError('ERR_DBUS_CUT', bytes.length, 'no header');
  const mark = bytes[0];
  if (mark !== littleEndianMark && mark !== bigEndianMark) {
    throw new DbusWireError('ERR_DBUS_FORMAT', 0, `0x${mark.toString(16)} is no byte order`);
  }
  if (bytes[3] !== protocolVersion) {
    throw new DbusWireError('ERR_DBUS_FORMAT', 3, `unknown protocol version ${bytes[3]}`);
  }
  const littleEndian = mark === littleEndianMark;
  const view = new DataView(bytes.buffer, bytes.byteOffset, fixedHeaderBytes);
  const fieldBytes = view.getUint32(12, littleEndian);
  const header = align8(fixedHeaderBytes + fieldBytes);
  const total = header + view.getUint32(4, littleEndian);
  if (fieldBytes > dbusLimits.array || total > dbusLimits.message) {
    throw new DbusWireError('ERR_DBUS_LIMIT', 4, `a message of ${total} bytes is too long`);
  }
  return { littleEndian, header, total };
}

const isVariant = (value: DbusValue | undefined): value is DbusVariant =>
  typeof value === 'object' && 'signature' in value;

function readFields(reader: DbusReader): Partial<Record<FieldName, DbusValue>> {
  const found: Partial<Record<FieldName, DbusValue>> = {};
  const [list] = reader.readAll('a(yv)');
  for (const field of list as readonly (readonly DbusValue[])[]) {
    const [code, variant] = field;
    const known = fields[code as keyof typeof fields] as (typeof fields)[1] | undefined;
    // Fields that nobody knows are to be passed over.
    if (known === undefined || !isVariant(variant)) continue;
    if (variant.signature !== known[1]) {
      throw new DbusWireError(
        'ERR_DBUS_FORMAT',
        fixedHeaderBytes,
        `header field ${known[0]} has a wrong type`,
      );
    }
    found[known[0]] = variant.value;
  }
  return found;
}

/**
 * Decodes one whole message. Bytes in its body are views on `bytes`.
 * @throws DbusWireError
 */
export function decodeMessage(bytes: Uint8Array): DbusMessage {
  const { littleEndian, header, total } = measureMessage(bytes);
  if (total !== bytes.length) throw new DbusWireError('ERR_DBUS_CUT', bytes.length, 'not one whole message');
  const type = typeNames[bytes[1]];
  if (type === undefined) throw new DbusWireError('ERR_DBUS_FORMAT', 1, `unknown message type ${bytes[1]}`);
  const reader = new DbusReader(bytes.subarray(0, header), littleEndian);
  const [, , flags, , , serial] = reader.readAll('yyyyuu') as number[];
  const found = readFields(reader);
  reader.align(8);
  if (reader.offset !== header) {
    throw new DbusWireError('ERR_DBUS_FORMAT', reader.offset, 'the header has an odd length');
  }
  const signature = (found.signature as string | undefined) ?? '';
  const bodyReader = new DbusReader(bytes.subarray(header), littleEndian);
  const body = bodyReader.readAll(signature);
  if (header + bodyReader.offset !== total) {
    throw new DbusWireError(
      'ERR_DBUS_FORMAT',
      header + bodyReader.offset,
      'the body goes on behind its values',
    );
  }
  const textField = (name: FieldName): string | null => (found[name] as string | undefined) ?? null;
  return {
    type,
    flags,
    serial,
    path: textField('path'),
    interface: textField('interface'),
    member: textField('member'),
    errorName: textField('errorName'),
    replySerial: (found.replySerial as number | undefined) ?? null,
    destination: textField('destination'),
    sender: textField('sender'),
    signature,
    descriptors: (found.descriptors as number | undefined) ?? 0,
    body,
  };
}

/**
 * Encodes a message, little-endian.
 * @throws DbusWireError when its values do not fit its signature.
 */
export function encodeMessage(message: DbusMessage): Uint8Array {
  const body = new DbusWriter();
  body.writeAll(message.signature, message.body);
  const header: DbusValue[] = [];
  for (const [code, [name, signature]] of Object.entries(fields)) {
    const value = message[name];
    if (value === null || value === '' || (name === 'descriptors' && value === 0)) continue;
    header.push([Number(code), { signature, value }]);
  }
  const bodyBytes = body.finish();
  const writer = new DbusWriter();
  writer.writeAll('yyyyuua(yv)', [
    littleEndianMark,
    messageTypes[message.type],
    message.flags,
    protocolVersion,
    bodyBytes.length,
    message.serial,
    header,
  ]);
  writer.align(8);
  const head = writer.finish();
  const whole = new Uint8Array(head.length + bodyBytes.length);
  whole.set(head);
  whole.set(bodyBytes, head.length);
  return whole;
}
