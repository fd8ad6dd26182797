/** Sizes of declared kinds, in bytes on the wire. */
import type { schema } from '@lazyspice/core';
import type { AnyKind } from './kinds.ts';

const integerBytes: Readonly<Record<schema.IntegerName, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
};
/** Fixed arrays up to this length are written out; longer ones become loops. */
const unrolledElements = 16;

export const sizeOfInteger = (type: schema.IntegerName): number => integerBytes[type];

const sum = (sizes: Iterable<number | null>): number | null => {
  let total = 0;
  for (const size of sizes) {
    if (size === null) return null;
    total += size;
  }
  return total;
};

/** The size of a kind that always takes the same bytes and can be read with one bounds check; null: any other. */
export const fixedSize = (kind: AnyKind): number | null => {
  switch (kind.kind) {
    case 'integer':
    case 'boolean':
    case 'enum':
    case 'flags':
      return integerBytes[kind.type];
    case 'bigint':
    case 'safe-integer':
      return 8;
    case 'struct':
      return sum(Object.values(kind.fields).map((field) => fixedSize(field as AnyKind)));
    case 'array': {
      const element = fixedSize(kind.element as AnyKind);
      return element === null || kind.length > unrolledElements ? null : element * kind.length;
    }
    default:
      return null;
  }
};

/** The least bytes a value of the kind takes. */
export const leastSize = (kind: AnyKind): number => {
  const fixed = fixedSize(kind);
  if (fixed !== null) return fixed;
  switch (kind.kind) {
    case 'struct':
      return leastSizeOfFields(kind.fields);
    case 'array':
      return kind.length * leastSize(kind.element as AnyKind);
    case 'list':
      return integerBytes[kind.count.type];
    case 'fixed-bytes':
      return kind.length;
    case 'bytes':
    case 'text':
      return integerBytes[kind.length.type];
    case 'optional':
      return 1;
    case 'union':
      return (
        integerBytes[kind.tag.type] +
        Math.min(...Object.values(kind.variants).map((arm) => leastSizeOfFields(arm.fields)))
      );
    default:
      return 0;
  }
};

export const leastSizeOfFields = (fields: schema.Fields): number =>
  Object.values(fields).reduce((total, field) => total + leastSize(field as AnyKind), 0);
