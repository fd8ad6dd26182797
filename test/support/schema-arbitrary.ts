/** fast-check values for declared kinds: what the type says, within the declared limits, and small. */
import type { schema } from '@lazyspice/core';
import fc from 'fast-check';
import {
  type AnyKind,
  type ConditionalKind,
  fieldsOf,
  kindOf,
  type UnionKind,
} from '../../scripts/codegen/kinds.ts';
import { evaluateLength, fieldsInLength, type Values } from './schema-length.ts';

const ranges: Readonly<Record<schema.IntegerName, readonly [number, number]>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x8000_0000, 0x7fff_ffff],
};
const maxElements = 3;
const maxBytes = 24;
/** Factors of computed lengths stay below this. */
const maxFactor = 6;

type Draft = fc.Arbitrary<unknown>;

const integer = (type: schema.IntegerName): Draft =>
  fc.integer({ min: ranges[type][0], max: ranges[type][1] });
const bytes = (max: number): Draft => fc.uint8Array({ maxLength: Math.min(max, maxBytes) });
const text = (): Draft =>
  fc.string({ maxLength: 8, unit: 'grapheme' }).filter((value) => !value.includes('\0'));

const draftOfFields = (fields: schema.Fields): fc.Arbitrary<Values> => {
  const factors = new Set(
    fieldsOf(fields).flatMap(([, kind]) => (kind.kind === 'sized-bytes' ? fieldsInLength(kind.length) : [])),
  );
  const drafts: Record<string, Draft> = {};
  for (const [name, kind] of fieldsOf(fields)) {
    if ('hidden' in kind) continue;
    drafts[name] = kind.kind === 'integer' && factors.has(name) ? fc.nat(maxFactor) : draftOf(kind);
  }
  return fc.record(drafts);
};

const draftOfUnion = (kind: UnionKind): Draft =>
  fc.oneof(
    ...Object.entries(kind.variants).map(([type, { fields }]) =>
      draftOfFields(fields).map((values) => ({ type, ...values })),
    ),
  );

/** A value in which lengths that follow from other fields, and what flags leave out, are not settled yet. */
const draftOf = (kind: AnyKind): Draft => {
  switch (kind.kind) {
    case 'integer':
    case 'flags':
      return integer(kind.type);
    case 'bigint':
      return kind.type === 'u64' ? fc.bigInt(0n, 2n ** 64n - 1n) : fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
    case 'safe-integer':
      return fc.maxSafeNat();
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(kind.values));
    case 'struct':
      return draftOfFields(kind.fields);
    case 'union':
      return draftOfUnion(kind);
    case 'tagged':
      return draftOfUnion(kind.union as UnionKind);
    case 'array':
      return fc.array(draftOf(kindOf(kind.element)), { minLength: kind.length, maxLength: kind.length });
    case 'list':
    case 'counted-list':
      return fc.array(draftOf(kindOf(kind.element)), { maxLength: Math.min(kind.max, maxElements) });
    case 'fixed-bytes':
      return fc.uint8Array({ minLength: kind.length, maxLength: kind.length });
    case 'bytes':
    case 'rest':
    case 'blob':
    case 'sized-bytes':
      return bytes(kind.max);
    case 'text':
      return text();
    case 'optional':
      return fc.option(draftOf(kindOf(kind.of)), { nil: null });
    case 'pointer':
      return kind.nullable ? fc.option(draftOf(kindOf(kind.of)), { nil: null }) : draftOf(kindOf(kind.of));
    case 'conditional':
    case 'detached':
      return draftOf(kindOf(kind.of));
    default:
      throw new Error(`${kind.kind} has no value`);
  }
};

const isPresent = (kind: ConditionalKind, fields: schema.Fields, values: Values): boolean => {
  const flags = kindOf(fields[kind.flags]) as schema.FlagsKind<Readonly<Record<string, number>>>;
  const isSet = ((values[kind.flags] as number) & flags.bits[kind.bit]) !== 0;
  return isSet === (kind.presentWhen === 'set');
};

const settleFields = (fields: schema.Fields, draft: Values, parameters: Values): Values => {
  const known: Values = { ...parameters, ...draft };
  const settled: Record<string, unknown> = {};
  for (const [name, kind] of fieldsOf(fields)) {
    if ('hidden' in kind) continue;
    const value = draft[name];
    if (kind.kind === 'conditional') {
      settled[name] = isPresent(kind, fields, draft) ? settle(kindOf(kind.of), value, known) : null;
    } else if (kind.kind === 'sized-bytes' && !isFreeLength(fields, kind.length)) {
      settled[name] = new Uint8Array(evaluateLength(kind.length, known)).fill(0xa5);
    } else {
      settled[name] = settle(kind, value, known);
    }
  }
  return settled;
};

const settleVariant = (kind: UnionKind, draft: Values): Values => {
  const type = draft.type as string;
  return { type, ...settleFields(kind.variants[type].fields, draft, {}) };
};

/** Whether the length is a hidden field, which takes whatever the bytes have. */
const isFreeLength = (fields: schema.Fields, length: schema.Length): boolean =>
  fieldsInLength(length).some((name) => kindOf(fields[name])?.kind === 'length-of');

const settle = (kind: AnyKind, draft: unknown, enclosing: Values): unknown => {
  if (draft === null) return null;
  switch (kind.kind) {
    case 'struct': {
      const parameters = Object.fromEntries(kind.parameters.map((name) => [name, enclosing[name]]));
      return settleFields(kind.fields, draft as Values, parameters);
    }
    case 'union':
      return settleVariant(kind, draft as Values);
    case 'tagged':
      return settle(kindOf(kind.union), draft, enclosing);
    case 'array':
    case 'list':
    case 'counted-list':
      return (draft as unknown[]).map((element) => settle(kindOf(kind.element), element, enclosing));
    case 'optional':
    case 'pointer':
    case 'detached':
      return settle(kindOf(kind.of), draft, enclosing);
    default:
      return draft;
  }
};

/** Values of a struct or union. */
export const arbitraryOf = <T>(kind: schema.Kind<T>): fc.Arbitrary<T> =>
  draftOf(kindOf(kind)).map((draft) => settle(kindOf(kind), draft, {}) as T);

/** Bodies of a message. */
export const arbitraryOfFields = (fields: schema.Fields): fc.Arbitrary<Values> =>
  draftOfFields(fields).map((draft) => settleFields(fields, draft, {}));
