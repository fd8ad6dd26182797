import type { schema } from '@lazyspice/core';
import {
  type AnyKind,
  type ConditionalKind,
  type DetachedKind,
  type FlagsKind,
  fieldsOf,
  kindOf,
  type UnionKind,
} from './kinds.ts';
import { countTypeOf, fixedSize, sizeOfInteger, tagTypeOf } from './layout.ts';
import { Lines, lastPart } from './lines.ts';
import type { Names } from './names.ts';
import { Scope } from './scope.ts';

const setters: Readonly<Record<schema.IntegerName | 'u64' | 'i64', string>> = {
  u8: 'setUint8',
  u16: 'setUint16',
  u32: 'setUint32',
  i8: 'setInt8',
  i16: 'setInt16',
  i32: 'setInt32',
  u64: 'setBigUint64',
  i64: 'setBigInt64',
};

type BytesLike =
  | schema.BytesKind
  | schema.FixedBytesKind
  | schema.SizedBytesKind
  | schema.RestKind
  | schema.BlobKind;

/** Emits the body of one encoder: runs of fixed fields with one `reserve` each, and what lies between them. */
export class EncoderBody {
  readonly lines: Lines;
  readonly #names: Names;
  #run: ((at: string, view: string) => string)[] = [];
  #runBytes = 0;

  constructor(names: Names, options: { taken?: readonly string[] } = {}) {
    this.#names = names;
    this.lines = new Lines(options.taken);
  }

  fields(scope: Scope, value: string, path: string): void {
    for (const [name, kind] of fieldsOf(scope.fields)) {
      if (kind.kind === 'flags') this.#derivedFlags(kind, name, value, path, scope);
      else if (kind.kind !== 'count-of' && kind.kind !== 'length-of' && kind.kind !== 'tag-of') {
        scope.bind(name, `${value}.${name}`);
      }
    }
    for (const [name, kind] of fieldsOf(scope.fields)) {
      this.value(
        kind,
        kind.kind === 'flags' ? scope.expression(name) : `${value}.${name}`,
        `${path}.${name}`,
        scope,
      );
    }
  }

  integer(type: schema.IntegerName, expression: string): void {
    const endian = type === 'u8' || type === 'i8' ? '' : ', true';
    this.#fixed(
      sizeOfInteger(type),
      (at, view) => `${view}.${setters[type]}(${at}, ${expression}${endian});`,
    );
  }

  /** Writes the run collected so far. */
  flush(): void {
    if (this.#run.length === 0) return;
    const at = this.lines.name('at');
    const view = this.lines.name('out');
    this.lines.add(`const ${at} = writer.reserve(${this.#runBytes});`);
    const writes = this.#run.map((write) => write(at, view));
    if (writes.some((line) => line.startsWith(view))) this.lines.add(`const ${view} = writer.view;`);
    for (const line of writes) this.lines.add(line);
    this.#run = [];
    this.#runBytes = 0;
  }

  value(kind: AnyKind, value: string, path: string, scope: Scope): void {
    switch (kind.kind) {
      case 'integer':
      case 'enum':
      case 'flags':
        this.integer(kind.type, value);
        break;
      case 'boolean':
        this.integer(kind.type, `${value} ? 1 : 0`);
        break;
      case 'bigint':
        this.#fixed(8, (at, view) => `${view}.${setters[kind.type]}(${at}, ${value}, true);`);
        break;
      case 'safe-integer':
        this.#fixed(8, (at) => `writer.safeInteger(${at}, ${value}, '${path}');`);
        break;
      case 'count-of':
      case 'length-of':
      case 'tag-of':
        this.#hidden(kind, value, path, scope);
        break;
      case 'pointer': {
        const encode = `encode${this.#names.pointee(kindOf(kind.of), path)}`;
        this.#fixed(4, (at) => `writer.pointer(${at}, ${encode}, ${value});`);
        break;
      }
      case 'detached':
        this.#detached(kind, value, path);
        break;
      case 'text':
        this.#text(kind, value, path);
        break;
      case 'struct':
      case 'union':
      case 'tagged':
        this.#nested(kind, value, path, scope);
        break;
      case 'array':
      case 'list':
      case 'counted-list':
        this.#sequence(kind, value, path, scope);
        break;
      case 'optional':
        this.#optional(kind, value, path, scope);
        break;
      case 'conditional':
        this.#conditional(kind, value, path, scope);
        break;
      default:
        this.#bytes(kind, value, path, scope);
    }
  }

  elements(element: AnyKind, value: string, path: string, scope: Scope): void {
    this.flush();
    const item = this.lines.name('item');
    this.lines.block(`for (const ${item} of ${value})`, () => {
      this.value(element, item, path, scope);
      this.flush();
    });
  }

  #fixed(bytes: number, write: (at: string, view: string) => string): void {
    const offset = this.#runBytes;
    this.#run.push((at, view) => write(offset === 0 ? at : `${at} + ${offset}`, view));
    this.#runBytes += bytes;
  }

  #local(path: string, expression: string): string {
    const local = this.lines.name(lastPart(path));
    this.lines.add(`const ${local} = ${expression};`);
    return local;
  }

  /** Binds a flags field; its bits that say whether another field is there follow from that field. */
  #derivedFlags(kind: FlagsKind, name: string, value: string, path: string, scope: Scope): void {
    let mask = 0;
    let terms = '';
    const followers: [string, ConditionalKind][] = [];
    for (const [bitName, bit] of Object.entries(kind.bits)) {
      const conditionals = scope.conditionals(name, bitName);
      if (conditionals.length === 0) continue;
      const leader = conditionals.find(([, of]) => of.presentWhen === 'set') ?? conditionals[0];
      const comparison = leader[1].presentWhen === 'set' ? '!==' : '===';
      mask |= bit;
      terms += ` | (${value}.${leader[0]} ${comparison} null ? ${bit} : 0)`;
      followers.push(...conditionals.filter((conditional) => conditional !== leader));
    }
    if (mask === 0) {
      scope.bind(name, `${value}.${name}`);
      return;
    }
    const local = this.#local(name, `(${value}.${name} & ${~mask})${terms}`);
    scope.bind(name, local);
    for (const [follower, of] of followers) {
      this.#checkFollower(of, `${value}.${follower}`, `${path}.${follower}`, scope);
    }
  }

  /** Refuses a conditional field that contradicts the one that its bit was derived from. */
  #checkFollower(kind: ConditionalKind, value: string, path: string, scope: Scope): void {
    const of = kindOf(kind.of);
    const bit = `(${scope.expression(kind.flags)} & ${scope.bitOf(kind)})`;
    const wanted = kind.presentWhen === 'set' ? '!==' : '===';
    const unwanted = kind.presentWhen === 'set' ? '===' : '!==';
    const wrong =
      of.kind === 'pointer' && of.nullable
        ? `${value} !== null && ${bit} ${unwanted} 0`
        : `(${value} !== null) !== (${bit} ${wanted} 0)`;
    this.lines.add(`if (${wrong}) throw writer.contradiction('${path}');`);
  }

  #hidden(
    kind: schema.CountOfKind | schema.LengthOfKind | schema.TagOfKind,
    value: string,
    path: string,
    scope: Scope,
  ): void {
    const owner = value.slice(0, value.lastIndexOf('.'));
    if (kind.kind === 'tag-of') {
      const { union } = kindOf(scope.fields[kind.union]) as schema.TaggedKind<unknown>;
      const tag = `tagOf${this.#names.codec(union as UnionKind, 'tagged')}(${owner}.${kind.union})`;
      this.integer(tagTypeOf(scope.fields, kind.union), tag);
      return;
    }
    const counted = kind.kind === 'count-of' ? [kind.list] : kind.of;
    const max = counted.reduce((total, name) => {
      const of = kindOf(scope.fields[name]);
      if (of?.kind !== 'counted-list' && of?.kind !== 'sized-bytes') {
        throw new Error(`field '${name}' of ${path} has no length to write`);
      }
      return total + of.max;
    }, 0);
    const member = kind.kind === 'count-of' ? 'length' : 'byteLength';
    const total = counted.map((name) => `${owner}.${name}.${member}`).join(' + ');
    this.integer(kind.type, `writer.count(${total}, ${max}, '${path}')`);
  }

  #detached(kind: DetachedKind, value: string, path: string): void {
    const of = kindOf(kind.of);
    if (of.kind === 'text') {
      const encoded = this.lines.name('encoded');
      const bytes = `writer.utf8(${value}, '${path}')`;
      this.lines.add(`const ${encoded} = ${kind.required ? bytes : `${value} === '' ? null : ${bytes}`};`);
      const length = kind.required
        ? `${encoded}.byteLength`
        : `${encoded} === null ? 0 : ${encoded}.byteLength`;
      this.integer(countTypeOf(of), `writer.count(${length}, ${of.max}, '${path}')`);
      this.#fixed(4, (at) => `writer.pointer(${at}, writeBytes, ${encoded});`);
    } else if (of.kind === 'list') {
      const encode = `encode${this.#names.elements(of, path)}`;
      this.integer(of.count.type, `writer.count(${value}.length, ${of.max}, '${path}')`);
      this.#fixed(4, (at) => `writer.pointer(${at}, ${encode}, ${value}.length === 0 ? null : ${value});`);
    }
  }

  #text(kind: schema.TextKind, value: string, path: string): void {
    const encoded = this.#local('encoded', `writer.utf8(${value}, '${path}')`);
    const length = `writer.count(${encoded}.byteLength, ${kind.max}, '${path}')`;
    this.integer(kind.length.type, kind.countsNul ? length : `${length} - 1`);
    this.flush();
    this.lines.add(`writer.bytes(${encoded});`);
  }

  #nested(
    kind: schema.StructKind<schema.Fields> | UnionKind | schema.TaggedKind<unknown>,
    value: string,
    path: string,
    scope: Scope,
  ): void {
    if (kind.kind === 'struct') {
      if (fixedSize(kind) !== null) {
        this.fields(new Scope(kind.fields), value, path);
        return;
      }
      const parameters = kind.parameters.map((name) => `, ${scope.expression(name)}`).join('');
      this.flush();
      this.lines.add(`encode${this.#names.codec(kind, 'struct')}(writer, ${value}${parameters});`);
      return;
    }
    this.flush();
    const name =
      kind.kind === 'union'
        ? this.#names.codec(kind, 'inline')
        : this.#names.codec(kind.union as UnionKind, 'tagged');
    this.lines.add(`encode${name}(writer, ${value});`);
  }

  #sequence(
    kind: schema.ArrayKind<unknown> | schema.ListKind<unknown> | schema.CountedListKind<unknown>,
    value: string,
    path: string,
    scope: Scope,
  ): void {
    const element = kindOf(kind.element);
    if (kind.kind === 'array' && fixedSize(kind) !== null) {
      for (let i = 0; i < kind.length; i++) this.value(element, `${value}[${i}]`, path, scope);
      return;
    }
    if (kind.kind === 'list') {
      this.integer(kind.count.type, `writer.count(${value}.length, ${kind.max}, '${path}')`);
    }
    this.elements(element, value, path, scope);
  }

  #optional(kind: schema.OptionalKind<unknown>, value: string, path: string, scope: Scope): void {
    const local = this.#local(path, value);
    this.integer('u8', `${local} === null ? 0 : 1`);
    this.flush();
    this.lines.block(`if (${local} !== null)`, () => {
      this.value(kindOf(kind.of), local, path, scope);
      this.flush();
    });
  }

  #conditional(kind: ConditionalKind, value: string, path: string, scope: Scope): void {
    const of = kindOf(kind.of);
    const local = this.#local(path, value);
    this.flush();
    const bit = `(${scope.expression(kind.flags)} & ${scope.bitOf(kind)})`;
    const test =
      of.kind === 'pointer' && of.nullable
        ? `${bit} ${kind.presentWhen === 'set' ? '!==' : '==='} 0`
        : `${local} !== null`;
    this.lines.block(`if (${test})`, () => {
      this.value(of, local, path, scope);
      this.flush();
    });
  }

  #bytes(kind: BytesLike, value: string, path: string, scope: Scope): void {
    const counted = `writer.count(${value}.byteLength, ${kind.kind === 'fixed-bytes' ? kind.length : kind.max}, '${path}')`;
    if (kind.kind === 'bytes') this.integer(kind.length.type, counted);
    this.flush();
    if (kind.kind === 'rest' || kind.kind === 'blob') this.lines.add(`${counted};`);
    if (kind.kind === 'fixed-bytes') this.lines.add(`writer.exact(${value}, ${kind.length}, '${path}');`);
    if (kind.kind === 'sized-bytes' && !scope.isDerived(kind.length)) {
      this.lines.add(`${counted};`);
      this.lines.add(`writer.exact(${value}, ${scope.length(kind.length)}, '${path}');`);
    }
    this.lines.add(`writer.${kind.kind === 'blob' ? 'blob' : 'bytes'}(${value});`);
  }
}
