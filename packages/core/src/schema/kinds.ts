/**
 * The declaration language: a message is declared once, as data, from the kinds below. Types are inferred from
 * the declaration (`Infer`), straight-line encoders and decoders are generated from it, and names, limits and
 * documentation are read off it. Nothing here runs on a hot path.
 */

declare const valueType: unique symbol;

/** What every kind has. `T` is the decoded value's type and exists at compile time only. */
export interface Kind<T> {
  readonly kind: string;
  readonly [valueType]?: T;
}
export type Infer<K> = K extends Kind<infer T> ? T : never;

export type IntegerName = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32';
export interface IntegerKind extends Kind<number> {
  readonly kind: 'integer';
  readonly type: IntegerName;
}
const integer = (type: IntegerName): IntegerKind => ({ kind: 'integer', type });
export const u8 = integer('u8');
export const u16 = integer('u16');
export const u32 = integer('u32');
export const i8 = integer('i8');
export const i16 = integer('i16');
export const i32 = integer('i32');

/** 64-bit integers whose whole range is needed (ids). */
export interface BigintKind extends Kind<bigint> {
  readonly kind: 'bigint';
  readonly type: 'u64' | 'i64';
}
export const u64: BigintKind = { kind: 'bigint', type: 'u64' };
export const i64: BigintKind = { kind: 'bigint', type: 'i64' };

/** A 64-bit integer that is a time, size or serial below 2^53: a number; anything larger is refused. */
export interface SafeIntegerKind extends Kind<number> {
  readonly kind: 'safe-integer';
}
export const u64Number: SafeIntegerKind = { kind: 'safe-integer' };

/** One byte, 0 or 1; any other value decodes to true. */
export interface BooleanKind extends Kind<boolean> {
  readonly kind: 'boolean';
  readonly type: IntegerName;
}
export const bool8: BooleanKind = { kind: 'boolean', type: 'u8' };
export const bool32: BooleanKind = { kind: 'boolean', type: 'u32' };

/** A closed set of numbers; a value outside it is refused when decoding. */
export interface EnumKind<V extends Readonly<Record<string, number>>> extends Kind<V[keyof V]> {
  readonly kind: 'enum';
  readonly type: IntegerName;
  readonly values: V;
}
export const enumOf = <const V extends Readonly<Record<string, number>>>(
  base: IntegerKind,
  values: V,
): EnumKind<V> => ({ kind: 'enum', type: base.type, values });

/** Named bits in an integer. Unknown bits are kept. */
export interface FlagsKind<V extends Readonly<Record<string, number>>> extends Kind<number> {
  readonly kind: 'flags';
  readonly type: IntegerName;
  readonly bits: V;
}
export const flags = <const V extends Readonly<Record<string, number>>>(
  base: IntegerKind,
  bits: V,
): FlagsKind<V> => ({ kind: 'flags', type: base.type, bits });

export type Fields = Readonly<Record<string, Kind<unknown>>>;
/** Fields with a `HiddenKind` are on the wire only: their value follows from others. */
export type InferFields<F extends Fields> = {
  readonly [N in keyof F as F[N] extends HiddenKind ? never : N]: Infer<F[N]>;
};

export interface StructKind<F extends Fields> extends Kind<InferFields<F>> {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: F;
  /** Fields of the enclosing struct that lengths inside this one depend on. */
  readonly parameters: readonly string[];
}
/** Fields in wire order, no padding. `name` is used in types, logs and documentation. */
export const struct = <const F extends Fields>(
  name: string,
  fields: F,
  options: { parameters?: readonly string[] } = {},
): StructKind<F> => ({ kind: 'struct', name, fields, parameters: options.parameters ?? [] });

/** A fixed number of elements. */
export interface ArrayKind<E> extends Kind<readonly E[]> {
  readonly kind: 'array';
  readonly element: Kind<E>;
  readonly length: number;
}
export const array = <E>(element: Kind<E>, length: number): ArrayKind<E> => ({
  kind: 'array',
  element,
  length,
});

/** A counted list. Decoding refuses a count above `max` before anything is allocated. */
export interface ListKind<E> extends Kind<readonly E[]> {
  readonly kind: 'list';
  readonly element: Kind<E>;
  readonly count: IntegerKind;
  readonly max: number;
}
export const list = <E>(element: Kind<E>, limits: { count: IntegerKind; max: number }): ListKind<E> => ({
  kind: 'list',
  element,
  ...limits,
});

/** A fixed number of raw bytes. Decodes to a view on the frame. */
export interface FixedBytesKind extends Kind<Uint8Array> {
  readonly kind: 'fixed-bytes';
  readonly length: number;
}
export const fixedBytes = (length: number): FixedBytesKind => ({ kind: 'fixed-bytes', length });

/** Counted raw bytes. Decodes to a view on the frame, valid until the handler returns. */
export interface BytesKind extends Kind<Uint8Array> {
  readonly kind: 'bytes';
  readonly length: IntegerKind;
  readonly max: number;
}
export const bytes = (limits: { length: IntegerKind; max: number }): BytesKind => ({
  kind: 'bytes',
  ...limits,
});

/** Raw bytes up to the end of the body. */
export interface RestKind extends Kind<Uint8Array> {
  readonly kind: 'rest';
  readonly max: number;
}
export const rest = (limits: { max: number }): RestKind => ({ kind: 'rest', ...limits });

/** A large payload that may travel beside the record instead of inside it; see `Writer.blob`. */
export interface BlobKind extends Kind<Uint8Array> {
  readonly kind: 'blob';
  readonly max: number;
}
export const blob = (limits: { max: number }): BlobKind => ({ kind: 'blob', ...limits });

/** Text with its length before it. It ends with a NUL on the wire, which the value does not have. */
export interface TextKind extends Kind<string> {
  readonly kind: 'text';
  readonly length: IntegerKind;
  /** Bytes of UTF-8, the NUL included. */
  readonly max: number;
  /** Whether the length counts the NUL. */
  readonly countsNul: boolean;
}
export const text = (limits: { length: IntegerKind; max: number; countsNul?: boolean }): TextKind => ({
  kind: 'text',
  countsNul: true,
  ...limits,
});

/** A byte that says whether the value follows. */
export interface OptionalKind<T> extends Kind<T | null> {
  readonly kind: 'optional';
  readonly of: Kind<T>;
}
export const optional = <T>(of: Kind<T>): OptionalKind<T> => ({ kind: 'optional', of });

export interface Variant {
  readonly tag: number;
  readonly fields: Fields;
}
export type InferUnion<V extends Readonly<Record<string, Variant>>> = {
  readonly [N in keyof V]: { readonly type: N } & InferFields<V[N]['fields']>;
}[keyof V];

/** A tag, then the fields of the variant it names. The value's `type` is the variant's name. */
export interface UnionKind<V extends Readonly<Record<string, Variant>>> extends Kind<InferUnion<V>> {
  readonly kind: 'union';
  readonly name: string;
  readonly tag: IntegerKind;
  readonly variants: V;
}
export const variant = <const F extends Fields>(tag: number, fields: F): { tag: number; fields: F } => ({
  tag,
  fields,
});
export const union = <const V extends Readonly<Record<string, Variant>>>(
  name: string,
  tag: IntegerKind,
  variants: V,
): UnionKind<V> => ({ kind: 'union', name, tag, variants });

/** A u32 offset from the start of the body; the value itself follows the fixed part of the message. */
export interface PointerKind<T> extends Kind<T> {
  readonly kind: 'pointer';
  readonly of: Kind<unknown>;
  readonly nullable: boolean;
}
export const pointer = <T>(of: Kind<T>): PointerKind<T> => ({ kind: 'pointer', of, nullable: false });
/** As `pointer`; offset 0 is null. */
export const nullablePointer = <T>(of: Kind<T>): PointerKind<T | null> => ({
  kind: 'pointer',
  of,
  nullable: true,
});

/** A count or length in its place, then a pointer to the elements or bytes. Empty: 0 and a null pointer. */
export interface DetachedKind<T> extends Kind<T> {
  readonly kind: 'detached';
  readonly of: Kind<T>;
  /** The pointer is never null: an empty text is its NUL. */
  readonly required: boolean;
}
export const detached = <T>(
  of: Kind<T> & { readonly kind: 'list' | 'text' },
  options: { required?: boolean } = {},
): DetachedKind<T> => ({ kind: 'detached', of, required: options.required ?? false });

/** There or not, as a bit of an earlier flags field says. Encoding derives the bit from the value. */
export interface ConditionalKind<T> extends Kind<T | null> {
  readonly kind: 'conditional';
  /** The name of the flags field, and of the bit in it. */
  readonly flags: string;
  readonly bit: string;
  /** Whether the value is there when the bit is set, or when it is clear. */
  readonly presentWhen: 'set' | 'clear';
  readonly of: Kind<unknown>;
}
export const when = <T>(flagsField: string, bit: string, of: Kind<T>): ConditionalKind<T> => ({
  kind: 'conditional',
  flags: flagsField,
  bit,
  presentWhen: 'set',
  of,
});
export const unless = <T>(flagsField: string, bit: string, of: Kind<T>): ConditionalKind<T> => ({
  ...when(flagsField, bit, of),
  presentWhen: 'clear',
});

/** A field that is on the wire but not in the value. */
export interface HiddenKind extends Kind<never> {
  readonly hidden: true;
}

/** The number of elements of a `countedList` further on in the same struct. */
export interface CountOfKind extends HiddenKind {
  readonly kind: 'count-of';
  readonly type: IntegerName;
  readonly list: string;
}
export const countOf = (listField: string, base: IntegerKind): CountOfKind => ({
  kind: 'count-of',
  hidden: true,
  type: base.type,
  list: listField,
});
/** A list whose count is the earlier field `count`. */
export interface CountedListKind<E> extends Kind<readonly E[]> {
  readonly kind: 'counted-list';
  readonly element: Kind<E>;
  readonly count: string;
  readonly max: number;
}
export const countedList = <E>(
  element: Kind<E>,
  limits: { count: string; max: number },
): CountedListKind<E> => ({ kind: 'counted-list', element, ...limits });

/** The summed length of `sizedBytes` fields further on in the same struct. */
export interface LengthOfKind extends HiddenKind {
  readonly kind: 'length-of';
  readonly type: IntegerName;
  readonly of: readonly string[];
}
export const lengthOf = (of: string | readonly string[], base: IntegerKind): LengthOfKind => ({
  kind: 'length-of',
  hidden: true,
  type: base.type,
  of: typeof of === 'string' ? [of] : of,
});

/** How a length follows from earlier fields of the same struct, or from its parameters. */
export type Length =
  | { readonly op: 'field'; readonly name: string }
  | { readonly op: 'times' | 'minus'; readonly left: Length; readonly right: Length }
  | { readonly op: 'bytes-of-bits'; readonly of: Length }
  | {
      readonly op: 'by-flag';
      readonly flags: string;
      readonly cases: readonly (readonly [number, number])[];
    };
export const field = (name: string): Length => ({ op: 'field', name });
export const times = (left: Length, right: Length): Length => ({ op: 'times', left, right });
export const minus = (left: Length, right: Length): Length => ({ op: 'minus', left, right });
/** The bytes that so many bits fill, rounded up. */
export const bytesOfBits = (of: Length): Length => ({ op: 'bytes-of-bits', of });
/** The number beside the first bit of `cases` that is set in the flags field; 0 if none is. */
export const byFlag = (flagsField: string, cases: readonly (readonly [number, number])[]): Length => ({
  op: 'by-flag',
  flags: flagsField,
  cases,
});
/** Raw bytes whose length follows from other fields. Decodes to a view on the frame. */
export interface SizedBytesKind extends Kind<Uint8Array> {
  readonly kind: 'sized-bytes';
  readonly length: Length;
  readonly max: number;
}
export const sizedBytes = (length: Length, limits: { max: number }): SizedBytesKind => ({
  kind: 'sized-bytes',
  length,
  ...limits,
});

/** The tag of a `tagged` union further on in the same struct. */
export interface TagOfKind extends HiddenKind {
  readonly kind: 'tag-of';
  readonly union: string;
}
export const tagOf = (unionField: string): TagOfKind => ({ kind: 'tag-of', hidden: true, union: unionField });
/** A union whose tag is the earlier field `tag`. */
export interface TaggedKind<T> extends Kind<T> {
  readonly kind: 'tagged';
  readonly tag: string;
  readonly union: Kind<T> & { readonly kind: 'union' };
}
export const tagged = <T>(tag: string, of: Kind<T> & { readonly kind: 'union' }): TaggedKind<T> => ({
  kind: 'tagged',
  tag,
  union: of,
});
