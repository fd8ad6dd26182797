/**
 * A slow encoder that interprets declarations, written apart from the generator: what the generated encoders must
 * agree with. It also says where the counts and lengths are, for tests that spoil them.
 */
import type { schema } from '@lazyspice/core';
import { type AnyKind, fieldsOf, kindOf, type UnionKind } from '../../scripts/codegen/kinds.ts';
import type { Values } from './schema-length.ts';

export interface Count {
  /** Declared place: from the innermost struct, union or message that has it, as 'GlyphString.length'. */
  readonly path: string;
  readonly at: number;
  readonly type: schema.IntegerName;
  readonly max: number;
}
export interface ReferenceEncoding {
  readonly bytes: Uint8Array;
  readonly counts: readonly Count[];
}

const widths: Readonly<Record<schema.IntegerName, number>> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4 };

class ReferenceEncoder {
  readonly #bytes: number[] = [];
  readonly counts: Count[] = [];
  readonly #pointees: { slot: number; write: () => void }[] = [];

  finish(): Uint8Array {
    for (let next = this.#pointees.shift(); next !== undefined; next = this.#pointees.shift()) {
      const target = this.#bytes.length;
      for (let i = 0; i < 4; i++) this.#bytes[next.slot + i] = (target >>> (8 * i)) & 0xff;
      next.write();
    }
    return Uint8Array.from(this.#bytes);
  }

  fields(fields: schema.Fields, values: Values, path: string): void {
    for (const [name, kind] of fieldsOf(fields)) this.#field(kind, name, fields, values, `${path}.${name}`);
  }

  value(kind: AnyKind, value: unknown, path: string): void {
    switch (kind.kind) {
      case 'integer':
      case 'enum':
      case 'flags':
        this.#number(BigInt(value as number), widths[kind.type]);
        break;
      case 'boolean':
        this.#number(value === true ? 1n : 0n, widths[kind.type]);
        break;
      case 'bigint':
        this.#number(value as bigint, 8);
        break;
      case 'safe-integer':
        this.#number(BigInt(value as number), 8);
        break;
      case 'struct':
        this.fields(kind.fields, value as Values, kind.name);
        break;
      case 'union':
        this.#number(BigInt(kind.variants[(value as Values).type as string].tag), widths[kind.tag.type]);
        this.#variant(kind, value as Values);
        break;
      case 'tagged':
        this.#variant(kind.union as UnionKind, value as Values);
        break;
      case 'list':
        this.#count((value as unknown[]).length, kind.count.type, kind.max, path);
        this.#elements(kindOf(kind.element), value as unknown[], path);
        break;
      case 'array':
      case 'counted-list':
        this.#elements(kindOf(kind.element), value as unknown[], path);
        break;
      case 'optional':
        this.#number(value === null ? 0n : 1n, 1);
        if (value !== null) this.value(kindOf(kind.of), value, path);
        break;
      case 'pointer':
        this.#pointer(value === null ? null : () => this.value(kindOf(kind.of), value, path));
        break;
      case 'detached':
        this.#detached(kind, value, path);
        break;
      default:
        this.#payload(kind, value, path);
    }
  }

  /** Fields whose bytes follow from other fields. */
  #field(kind: AnyKind, name: string, fields: schema.Fields, values: Values, path: string): void {
    if (kind.kind === 'count-of') {
      const list = kindOf(fields[kind.list]) as schema.CountedListKind<unknown>;
      this.#count((values[kind.list] as unknown[]).length, kind.type, list.max, path);
    } else if (kind.kind === 'length-of') {
      const parts = kind.of.map((part) => (values[part] as Uint8Array).length);
      const max = kind.of.reduce((sum, part) => sum + (kindOf(fields[part]) as schema.SizedBytesKind).max, 0);
      this.#count(
        parts.reduce((sum, length) => sum + length, 0),
        kind.type,
        max,
        path,
      );
    } else if (kind.kind === 'tag-of') {
      const union = (kindOf(fields[kind.union]) as schema.TaggedKind<unknown>).union as UnionKind;
      const { type } = values[kind.union] as Values;
      this.#number(BigInt(union.variants[type as string].tag), widths[union.tag.type]);
    } else if (kind.kind === 'conditional') {
      const flags = kindOf(fields[kind.flags]) as schema.FlagsKind<Readonly<Record<string, number>>>;
      const isSet = ((values[kind.flags] as number) & flags.bits[kind.bit]) !== 0;
      if (isSet === (kind.presentWhen === 'set')) this.value(kindOf(kind.of), values[name], path);
    } else {
      this.value(kind, values[name], path);
    }
  }

  #variant(kind: UnionKind, value: Values): void {
    const type = value.type as string;
    this.fields(kind.variants[type].fields, value, `${kind.name}.${type}`);
  }

  #elements(element: AnyKind, values: readonly unknown[], path: string): void {
    for (const value of values) this.value(element, value, path);
  }

  #detached(kind: schema.DetachedKind<unknown>, value: unknown, path: string): void {
    const of = kindOf(kind.of);
    if (of.kind === 'text') {
      const bytes = value === '' && !kind.required ? [] : [...Buffer.from(`${value}\0`)];
      this.#count(bytes.length, of.length.type, of.max, path);
      this.#pointer(bytes.length === 0 ? null : () => this.#bytes.push(...bytes));
    } else if (of.kind === 'list') {
      const list = value as unknown[];
      this.#count(list.length, of.count.type, of.max, path);
      this.#pointer(list.length === 0 ? null : () => this.#elements(kindOf(of.element), list, path));
    }
  }

  #payload(kind: AnyKind, value: unknown, path: string): void {
    if (kind.kind === 'text') {
      const bytes = [...Buffer.from(`${value}\0`)];
      this.#count(kind.countsNul ? bytes.length : bytes.length - 1, kind.length.type, kind.max, path);
      this.#bytes.push(...bytes);
      return;
    }
    const bytes = value as Uint8Array;
    if (kind.kind === 'bytes') this.#count(bytes.length, kind.length.type, kind.max, path);
    if (kind.kind === 'blob') this.#count(bytes.length, 'u32', kind.max, path);
    this.#bytes.push(...bytes);
  }

  #pointer(write: (() => void) | null): void {
    if (write !== null) this.#pointees.push({ slot: this.#bytes.length, write });
    this.#number(0n, 4);
  }

  #count(count: number, type: schema.IntegerName, max: number, path: string): void {
    this.counts.push({ path, at: this.#bytes.length, type, max });
    this.#number(BigInt(count), widths[type]);
  }

  #number(value: bigint, width: number): void {
    for (let i = 0; i < width; i++) this.#bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
  }
}

export const referenceEncodeFields = (
  fields: schema.Fields,
  values: Values,
  path: string,
): ReferenceEncoding => {
  const encoder = new ReferenceEncoder();
  encoder.fields(fields, values, path);
  return { bytes: encoder.finish(), counts: encoder.counts };
};

export const referenceEncode = (
  kind: schema.Kind<unknown>,
  value: unknown,
  path: string,
): ReferenceEncoding => {
  const encoder = new ReferenceEncoder();
  encoder.value(kindOf(kind), value, path);
  return { bytes: encoder.finish(), counts: encoder.counts };
};

/** The paths of all counts that a declaration has. */
export const countPaths = (kind: AnyKind, path: string): string[] => {
  switch (kind.kind) {
    case 'list':
      return [path, ...countPaths(kindOf(kind.element), path)];
    case 'bytes':
    case 'text':
    case 'blob':
    case 'count-of':
    case 'length-of':
      return [path];
    case 'array':
    case 'counted-list':
      return countPaths(kindOf(kind.element), path);
    case 'optional':
    case 'conditional':
    case 'pointer':
    case 'detached':
      return countPaths(kindOf(kind.of), path);
    case 'struct':
      return countPathsOfFields(kind.fields, kind.name);
    case 'union':
      return Object.entries(kind.variants).flatMap(([name, { fields }]) =>
        countPathsOfFields(fields, `${kind.name}.${name}`),
      );
    case 'tagged':
      return countPaths(kindOf(kind.union), path);
    default:
      return [];
  }
};

export const countPathsOfFields = (fields: schema.Fields, path: string): string[] =>
  fieldsOf(fields).flatMap(([name, kind]) => countPaths(kind, `${path}.${name}`));

export interface Spoiled {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What a decoder may answer: the limit where the count can go beyond it, else that the elements are missing. */
  readonly codes: readonly string[];
}

/** The encoding with one count or length raised: just above its limit, or as far as its width goes. */
export const spoilCounts = ({ bytes, counts }: ReferenceEncoding): Spoiled[] =>
  counts.map(({ path, at, type, max }) => {
    const largest = 2 ** (8 * widths[type]) - 1;
    const count = Math.min(max + 1, largest);
    const spoiled = Uint8Array.from(bytes);
    for (let i = 0; i < widths[type]; i++) spoiled[at + i] = Math.floor(count / 2 ** (8 * i)) & 0xff;
    return { path, bytes: spoiled, codes: count > max ? ['WIRE_LIMIT'] : ['WIRE_TRUNCATED', 'WIRE_POINTER'] };
  });
