import type { schema } from '@lazyspice/core';

type Variants = Readonly<Record<string, schema.Variant>>;
type Names = Readonly<Record<string, number>>;

/** Every kind of the declaration language, told apart by `kind`. */
export type AnyKind =
  | schema.IntegerKind
  | schema.BigintKind
  | schema.SafeIntegerKind
  | schema.BooleanKind
  | schema.EnumKind<Names>
  | schema.FlagsKind<Names>
  | schema.StructKind<schema.Fields>
  | schema.ArrayKind<unknown>
  | schema.ListKind<unknown>
  | schema.FixedBytesKind
  | schema.BytesKind
  | schema.RestKind
  | schema.BlobKind
  | schema.TextKind
  | schema.OptionalKind<unknown>
  | schema.UnionKind<Variants>;

export type StructKind = schema.StructKind<schema.Fields>;
export type UnionKind = schema.UnionKind<Variants>;
export type EnumKind = schema.EnumKind<Names>;

export const isKind = (value: unknown): value is AnyKind =>
  typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
