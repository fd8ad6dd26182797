import type { schema } from '@lazyspice/core';
import { type AnyKind, fieldsOf, kindOf, type StructKind } from './kinds.ts';

const fieldsInLength = (length: schema.Length): string[] => {
  switch (length.op) {
    case 'field':
      return [length.name];
    case 'by-flag':
      return [length.flags];
    case 'bytes-of-bits':
      return fieldsInLength(length.of);
    case 'times':
    case 'minus':
      return [...fieldsInLength(length.left), ...fieldsInLength(length.right)];
  }
};

/** The parameterised struct that a field holds, itself or as the element of a list. */
const parameterised = (kind: AnyKind): StructKind | null => {
  if (kind.kind === 'struct') return kind;
  if (kind.kind === 'counted-list' || kind.kind === 'list') return parameterised(kindOf(kind.element));
  return null;
};

const references = (kind: AnyKind): readonly string[] => {
  switch (kind.kind) {
    case 'conditional':
      return [kind.flags];
    case 'counted-list':
      return [kind.count, ...(parameterised(kind)?.parameters ?? [])];
    case 'sized-bytes':
      return fieldsInLength(kind.length);
    case 'tagged':
      return [kind.tag];
    default:
      return parameterised(kind)?.parameters ?? [];
  }
};

/** The fields of one struct, variant or message, and under which expression other fields can use them. */
export class Scope {
  readonly fields: schema.Fields;
  readonly #expressions = new Map<string, string>();
  readonly #referenced: ReadonlySet<string>;

  constructor(fields: schema.Fields, parameters: readonly string[] = []) {
    this.fields = fields;
    this.#referenced = new Set(fieldsOf(fields).flatMap(([, kind]) => references(kind)));
    for (const name of parameters) this.#expressions.set(name, name);
  }

  /** Whether another field depends on this one. */
  isReferenced(name: string): boolean {
    return this.#referenced.has(name);
  }

  bind(name: string, expression: string): void {
    this.#expressions.set(name, expression);
  }

  expression(name: string): string {
    const expression = this.#expressions.get(name);
    if (expression === undefined) throw new Error(`field '${name}' is used before it is known`);
    return expression;
  }

  /** The expression of a length in terms of the fields bound so far. */
  length(length: schema.Length): string {
    switch (length.op) {
      case 'field':
        return this.expression(length.name);
      case 'times':
        return `${this.length(length.left)} * ${this.length(length.right)}`;
      case 'minus':
        return `${this.length(length.left)} - ${this.length(length.right)}`;
      case 'bytes-of-bits':
        return `Math.ceil((${this.length(length.of)}) / 8)`;
      case 'by-flag': {
        const flags = this.expression(length.flags);
        const arms = length.cases.map(([bit, value]) => `(${flags} & ${bit}) !== 0 ? ${value} : `);
        return `(${arms.join('')}0)`;
      }
    }
  }

  /** Whether a length is written from a hidden field: then the bytes decide, and there is nothing to compare. */
  isDerived(length: schema.Length): boolean {
    return fieldsInLength(length).some((name) => kindOf(this.fields[name])?.kind === 'length-of');
  }

  /** The conditional fields that a bit of a flags field stands for. */
  conditionals(flagsField: string, bit: string): [string, schema.ConditionalKind<unknown>][] {
    const found: [string, schema.ConditionalKind<unknown>][] = [];
    for (const [name, kind] of fieldsOf(this.fields)) {
      if (kind.kind === 'conditional' && kind.flags === flagsField && kind.bit === bit)
        found.push([name, kind]);
    }
    return found;
  }

  /** The number of a conditional field's bit. */
  bitOf(kind: schema.ConditionalKind<unknown>): number {
    const flags = kindOf(this.fields[kind.flags]);
    const bit = flags?.kind === 'flags' ? flags.bits[kind.bit] : undefined;
    if (bit === undefined) throw new Error(`no bit '${kind.bit}' in a flags field '${kind.flags}'`);
    return bit;
  }
}
