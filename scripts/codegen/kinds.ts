import type { schema } from '@lazyspice/core';

type Variants = Readonly<Record<string, schema.Variant>>;
type Numbers = Readonly<Record<string, number>>;

export type StructKind = schema.StructKind<schema.Fields>;
export type UnionKind = schema.UnionKind<Variants>;
export type EnumKind = schema.EnumKind<Numbers>;
export type FlagsKind = schema.FlagsKind<Numbers>;
export type ListKind = schema.ListKind<unknown>;
export type CountedListKind = schema.CountedListKind<unknown>;
export type PointerKind = schema.PointerKind<unknown>;
export type DetachedKind = schema.DetachedKind<unknown>;
export type ConditionalKind = schema.ConditionalKind<unknown>;

/** Every kind of the declaration language, told apart by `kind`. */
export type AnyKind =
  | schema.IntegerKind
  | schema.BigintKind
  | schema.SafeIntegerKind
  | schema.BooleanKind
  | EnumKind
  | FlagsKind
  | StructKind
  | schema.ArrayKind<unknown>
  | ListKind
  | CountedListKind
  | schema.FixedBytesKind
  | schema.BytesKind
  | schema.SizedBytesKind
  | schema.RestKind
  | schema.BlobKind
  | schema.TextKind
  | schema.OptionalKind<unknown>
  | ConditionalKind
  | UnionKind
  | schema.TaggedKind<unknown>
  | PointerKind
  | DetachedKind
  | schema.CountOfKind
  | schema.LengthOfKind
  | schema.TagOfKind;

export const isKind = (value: unknown): value is AnyKind =>
  typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';

/** The language declares parts as `Kind<T>`; every one of them is an `AnyKind`. */
export const kindOf = (part: schema.Kind<unknown>): AnyKind => part as AnyKind;

export const fieldsOf = (fields: schema.Fields): [string, AnyKind][] =>
  Object.entries(fields).map(([name, kind]) => [name, kindOf(kind)]);
