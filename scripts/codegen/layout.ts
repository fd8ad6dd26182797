/** Sizes of declared kinds, in bytes on the wire. */
import type { schema } from '@lazyspice/core';
import { type AnyKind, fieldsOf, kindOf, type UnionKind } from './kinds.ts';

const integerBytes: Readonly<Record<schema.IntegerName, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
};
const pointerBytes = 4;
/** Fixed arrays up to this length are written out; longer ones become loops. */
const unrolledElements = 16;

export const sizeOfInteger = (type: schema.IntegerName): number => integerBytes[type];

/** The integer in front of a list or text. */
export const countTypeOf = (kind: AnyKind): schema.IntegerName => {
  if (kind.kind === 'list') return kind.count.type;
  if (kind.kind === 'text' || kind.kind === 'bytes') return kind.length.type;
  throw new Error(`a ${kind.kind} has no count in front`);
};

/** The integer that holds the tag of a union field of the same struct. */
export const tagTypeOf = (fields: schema.Fields, unionField: string): schema.IntegerName => {
  const kind = kindOf(fields[unionField]);
  if (kind?.kind !== 'tagged') throw new Error(`field '${unionField}' is not a tagged union`);
  return (kind.union as UnionKind).tag.type;
};

const fixedSizeOfFields = (fields: schema.Fields): number | null => {
  let total = 0;
  for (const [, kind] of fieldsOf(fields)) {
    const size = fixedSize(kind);
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
    case 'count-of':
    case 'length-of':
      return integerBytes[kind.type];
    case 'bigint':
    case 'safe-integer':
      return 8;
    case 'pointer':
      return pointerBytes;
    case 'detached':
      return integerBytes[countTypeOf(kindOf(kind.of))] + pointerBytes;
    case 'struct':
      return fixedSizeOfFields(kind.fields);
    case 'array': {
      const element = fixedSize(kindOf(kind.element));
      return element === null || kind.length > unrolledElements ? null : element * kind.length;
    }
    default:
      return null;
  }
};

export const leastSizeOfFields = (fields: schema.Fields): number =>
  fieldsOf(fields).reduce((total, [, kind]) => {
    const size = kind.kind === 'tag-of' ? integerBytes[tagTypeOf(fields, kind.union)] : leastSize(kind);
    return total + size;
  }, 0);

const leastVariant = (kind: UnionKind): number =>
  Math.min(...Object.values(kind.variants).map((arm) => leastSizeOfFields(arm.fields)));

/** The least bytes a value of the kind takes. */
export const leastSize = (kind: AnyKind): number => {
  const fixed = fixedSize(kind);
  if (fixed !== null) return fixed;
  switch (kind.kind) {
    case 'struct':
      return leastSizeOfFields(kind.fields);
    case 'array':
      return kind.length * leastSize(kindOf(kind.element));
    case 'list':
    case 'bytes':
    case 'text':
      return integerBytes[countTypeOf(kind)];
    case 'fixed-bytes':
      return kind.length;
    case 'optional':
      return 1;
    case 'union':
      return integerBytes[kind.tag.type] + leastVariant(kind);
    case 'tagged':
      return leastVariant(kind.union as UnionKind);
    default:
      return 0;
  }
};

/** Whether the bytes of the kind hold a pointer, in themselves or in what they contain. */
export const hasPointers = (kind: AnyKind): boolean => {
  switch (kind.kind) {
    case 'pointer':
    case 'detached':
      return true;
    case 'struct':
      return fieldsHavePointers(kind.fields);
    case 'array':
    case 'list':
    case 'counted-list':
      return hasPointers(kindOf(kind.element));
    case 'optional':
    case 'conditional':
      return hasPointers(kindOf(kind.of));
    case 'union':
      return Object.values(kind.variants).some((arm) => fieldsHavePointers(arm.fields));
    case 'tagged':
      return hasPointers(kindOf(kind.union));
    default:
      return false;
  }
};

export const fieldsHavePointers = (fields: schema.Fields): boolean =>
  fieldsOf(fields).some(([, kind]) => hasPointers(kind));
