import { type AnyKind, type EnumKind, isKind, type StructKind, type UnionKind } from './kinds.ts';
import { capitalize } from './lines.ts';

/** A module of declarations that the generated file imports types from. */
export interface DeclarationModule {
  /** As the generated file imports it. */
  readonly specifier: string;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Name of the import. */
  readonly as: string;
}

export type Named = StructKind | UnionKind;

/** Which declaration is exported under which name, and which functions have been asked for. */
export class Names {
  readonly #exported = new Map<unknown, string>();
  readonly #typeAliases = new Map<string, string>();
  readonly #codecs = new Map<string, Named>();
  readonly #queue: Named[] = [];
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
        return 'number';
      case 'bigint':
        return 'bigint';
      case 'boolean':
        return 'boolean';
      case 'text':
        return 'string';
      case 'fixed-bytes':
      case 'bytes':
      case 'rest':
      case 'blob':
        return 'Uint8Array';
      case 'optional':
        return `${this.typeOf(kind.of as AnyKind)} | null`;
      case 'array':
      case 'list':
        return `readonly ${this.elementTypeOf(kind.element as AnyKind)}[]`;
      case 'enum':
        return Object.values(kind.values).join(' | ');
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
  alias(kind: Named): string {
    const exported = this.#exported.get(kind);
    if (exported === undefined) throw new Error(`${kind.kind} '${kind.name}' is not exported`);
    this.#typeAliases.set(kind.name, exported);
    return kind.name;
  }

  /** The name under which the kind's functions are generated: `encodeX`, `decodeX`. */
  codec(kind: Named): string {
    const known = this.#codecs.get(kind.name);
    if (known === undefined) {
      this.#codecs.set(kind.name, kind);
      this.#queue.push(kind);
    } else if (known !== kind) {
      throw new Error(`two declarations are named '${kind.name}'`);
    }
    return kind.name;
  }

  /** The next struct or union whose functions have been asked for and not been taken yet. */
  next(): Named | undefined {
    return this.#queue.shift();
  }

  /** The function that checks a number against a closed set. */
  enumCheck(kind: EnumKind, what: string): string {
    let name = this.#enumChecks.get(kind);
    if (name === undefined) {
      const exported = this.#exported.get(kind);
      name = `check${exported === undefined ? what.split('.').map(capitalize).join('') : exported.split('.')[1]}`;
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
}
