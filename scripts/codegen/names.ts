import type { schema } from '@lazyspice/core';
import { type AnyKind, type EnumKind, isKind, kindOf, type StructKind, type UnionKind } from './kinds.ts';
import { capitalize } from './lines.ts';

/** A module of declarations that the generated file imports types from. */
export interface DeclarationModule {
  /** As the generated file imports it. */
  readonly specifier: string;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Name of the import. */
  readonly as: string;
}

/** What functions are generated for. */
export type Target =
  | { readonly form: 'struct'; readonly name: string; readonly kind: StructKind }
  /** The tag in front of the variant's fields ('inline'), or elsewhere in the enclosing struct ('tagged'). */
  | { readonly form: 'inline' | 'tagged'; readonly name: string; readonly kind: UnionKind }
  /** What a pointer points to, when it is not a struct or union: with its count, or the elements alone. */
  | { readonly form: 'whole'; readonly name: string; readonly kind: AnyKind }
  | { readonly form: 'elements'; readonly name: string; readonly kind: schema.ListKind<unknown> };

/** Which declaration is exported under which name, and which functions have been asked for. */
export class Names {
  readonly #exported = new Map<unknown, string>();
  readonly #typeAliases = new Map<string, string>();
  readonly #targets = new Map<string, Target>();
  readonly #queue: Target[] = [];
  readonly #enumChecks = new Map<EnumKind, string>();

  constructor(modules: readonly DeclarationModule[]) {
    for (const { exports, as } of modules) {
      for (const [name, value] of Object.entries(exports)) {
        if (isKind(value) && !this.#exported.has(value)) this.#exported.set(value, `${as}.${name}`);
      }
    }
  }

  /** The TypeScript type of a kind's value. */
  typeOf(kind: AnyKind): string {
    switch (kind.kind) {
      case 'integer':
      case 'flags':
      case 'safe-integer':
      case 'count-of':
      case 'length-of':
      case 'tag-of':
        return 'number';
      case 'bigint':
        return 'bigint';
      case 'boolean':
        return 'boolean';
      case 'text':
        return 'string';
      case 'fixed-bytes':
      case 'bytes':
      case 'sized-bytes':
      case 'rest':
      case 'blob':
        return 'Uint8Array';
      case 'optional':
      case 'conditional':
        return this.#orNull(this.typeOf(kindOf(kind.of)));
      case 'array':
      case 'list':
      case 'counted-list':
        return `readonly ${this.elementTypeOf(kindOf(kind.element))}[]`;
      case 'enum':
        return Object.values(kind.values).join(' | ');
      case 'pointer': {
        const of = this.typeOf(kindOf(kind.of));
        return kind.nullable ? this.#orNull(of) : of;
      }
      case 'detached':
        return this.typeOf(kindOf(kind.of));
      case 'tagged':
        return this.typeOf(kindOf(kind.union));
      case 'struct':
      case 'union':
        return this.alias(kind);
    }
  }

  elementTypeOf(kind: AnyKind): string {
    const type = this.typeOf(kind);
    return /[ |]/.test(type) ? `(${type})` : type;
  }

  /** The type alias of a struct or union; it must be exported by one of the modules. */
  alias(kind: StructKind | UnionKind): string {
    const exported = this.#exported.get(kind);
    if (exported === undefined) throw new Error(`${kind.kind} '${kind.name}' is not exported`);
    this.#typeAliases.set(kind.name, exported);
    return kind.name;
  }

  /** The name under which the kind's functions are generated: `encodeX`, `decodeX`. */
  codec(kind: StructKind | UnionKind, form: 'struct' | 'inline' | 'tagged'): string {
    return this.#ask({ form, name: kind.name, kind } as Target);
  }

  /** As `codec`, for what a pointer at `path` points to. */
  pointee(kind: AnyKind, path: string): string {
    if (kind.kind === 'struct') return this.codec(kind, 'struct');
    if (kind.kind === 'union') return this.codec(kind, 'inline');
    return this.#ask({ form: 'whole', name: pathName(path), kind });
  }

  elements(kind: schema.ListKind<unknown>, path: string): string {
    return this.#ask({ form: 'elements', name: `${pathName(path)}Elements`, kind });
  }

  /** The next functions that have been asked for and not been taken yet. */
  next(): Target | undefined {
    return this.#queue.shift();
  }

  /** The function that checks a number against a closed set. */
  enumCheck(kind: EnumKind, path: string): string {
    let name = this.#enumChecks.get(kind);
    if (name === undefined) {
      name = `check${this.#exported.get(kind)?.split('.')[1] ?? pathName(path)}`;
      if ([...this.#enumChecks.values()].includes(name)) throw new Error(`two enums are named '${name}'`);
      this.#enumChecks.set(kind, name);
    }
    return name;
  }

  get enumChecks(): Iterable<[EnumKind, string]> {
    return this.#enumChecks;
  }

  get typeAliases(): Iterable<[string, string]> {
    return [...this.#typeAliases].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #ask(target: Target): string {
    const known = this.#targets.get(target.name);
    if (known === undefined) {
      this.#targets.set(target.name, target);
      this.#queue.push(target);
    } else if (known.kind !== target.kind || known.form !== target.form) {
      throw new Error(`two declarations are named '${target.name}', or one union is used in two forms`);
    }
    return target.name;
  }

  #orNull(type: string): string {
    return type.endsWith('| null') ? type : `${type} | null`;
  }
}

/** 'display.drawStroke.path' -> 'DisplayDrawStrokePath'. */
const pathName = (path: string): string => path.split('.').map(capitalize).join('');
