import type { schema } from '@lazyspice/core';
import {
  type AnyKind,
  type ConditionalKind,
  type DetachedKind,
  fieldsOf,
  kindOf,
  type UnionKind,
} from './kinds.ts';
import { countTypeOf, fixedSize, leastSize, sizeOfInteger, tagTypeOf } from './layout.ts';
import { Lines, lastPart } from './lines.ts';
import type { Names } from './names.ts';
import { Scope } from './scope.ts';

const getters: Readonly<Record<schema.IntegerName | 'u64' | 'i64', string>> = {
  u8: 'getUint8',
  u16: 'getUint16',
  u32: 'getUint32',
  i8: 'getInt8',
  i16: 'getInt16',
  i32: 'getInt32',
  u64: 'getBigUint64',
  i64: 'getBigInt64',
};

/** The call that reads an integer at an offset of `view`. */
export const getter = (type: schema.IntegerName, at: string): string =>
  `view.${getters[type]}(${at}${type === 'u8' || type === 'i8' ? '' : ', true'})`;

type BytesLike =
  | schema.BytesKind
  | schema.TextKind
  | schema.FixedBytesKind
  | schema.SizedBytesKind
  | schema.RestKind
  | schema.BlobKind;

/**
 * Emits the body of one decoder. Fixed fields become expressions on `view` at offsets from the run they belong to; a
 * run is taken with one bounds check, in front of its first use.
 */
export class DecoderBody {
  readonly lines: Lines;
  readonly #names: Names;
  readonly #prefix: string;
  #run: { at: string; bytes: number; fill: (line: string) => void } | null = null;
  #usesView = false;

  /** `prefix` completes the paths to those that the encoder uses: pointees get their names from them. */
  constructor(names: Names, options: { prefix?: string; taken?: readonly string[] } = {}) {
    this.#names = names;
    this.#prefix = options.prefix ?? '';
    this.lines = new Lines(options.taken);
  }

  /** Reads the fields and gives the properties of the object literal. */
  fields(scope: Scope, path: string): string[] {
    const properties: string[] = [];
    for (const [name, kind] of fieldsOf(scope.fields)) {
      let expression = this.value(kind, path === '' ? name : `${path}.${name}`, scope);
      if (scope.isReferenced(name)) {
        expression = this.#local(name, expression);
        scope.bind(name, expression);
      }
      if (kind.kind === 'count-of' || kind.kind === 'length-of' || kind.kind === 'tag-of') continue;
      properties.push(expression === name ? name : `${name}: ${expression}`);
    }
    return properties;
  }

  finish(result: string): string {
    this.flush();
    const view = this.#usesView ? '  const view = reader.view;\n' : '';
    return `${view}${this.lines}  return ${result};\n`;
  }

  flush(): void {
    if (this.#run === null) return;
    this.#run.fill(`const ${this.#run.at} = reader.take(${this.#run.bytes});`);
    this.#run = null;
  }

  value(kind: AnyKind, path: string, scope: Scope): string {
    switch (kind.kind) {
      case 'integer':
      case 'flags':
      case 'count-of':
      case 'length-of':
        return this.#integer(kind.type);
      case 'tag-of':
        return this.#integer(tagTypeOf(scope.fields, kind.union));
      case 'enum':
        return `${this.#names.enumCheck(kind, path)}(reader, ${this.#integer(kind.type)})`;
      case 'boolean':
        return `${this.#integer(kind.type)} !== 0`;
      case 'bigint':
        return `view.${getters[kind.type]}(${this.#fixed(8)}, true)`;
      case 'safe-integer':
        return `reader.safeInteger(${this.#fixed(8)}, '${path}')`;
      case 'pointer': {
        const method = kind.nullable ? 'followOrNull' : 'follow';
        const decode = `decode${this.#names.pointee(kindOf(kind.of), this.#prefix + path)}`;
        return `reader.${method}(${this.#integer('u32')}, ${decode}, '${path}')`;
      }
      case 'detached':
        return this.#detached(kind, path);
      case 'struct':
      case 'union':
      case 'tagged':
        return this.#nested(kind, path, scope);
      case 'array':
      case 'list':
      case 'counted-list':
        return this.#sequence(kind, path, scope);
      case 'optional': {
        const present = this.#integer('u8');
        return this.#ifPresent(kindOf(kind.of), path, scope, `reader.present(${present}, '${path}')`);
      }
      case 'conditional':
        return this.#conditional(kind, path, scope);
      default:
        return this.#bytes(kind, path, scope);
    }
  }

  /** Reads `count` elements into a local array and gives its name. */
  elements(element: AnyKind, count: string, path: string, scope: Scope): string {
    const list = this.lines.name(lastPart(path));
    const index = this.lines.name('i');
    this.lines.add(`const ${list}: ${this.#names.elementTypeOf(element)}[] = [];`);
    this.lines.block(`for (let ${index} = 0; ${index} < ${count}; ${index}++)`, () => {
      const item = this.value(element, path, scope);
      this.flush();
      this.lines.add(`${list}.push(${item});`);
    });
    return list;
  }

  #fixed(bytes: number): string {
    this.#usesView = true;
    this.#run ??= { at: this.lines.name('at'), bytes: 0, fill: this.lines.hole() };
    const { at, bytes: offset } = this.#run;
    this.#run.bytes += bytes;
    return offset === 0 ? at : `${at} + ${offset}`;
  }

  #integer(type: schema.IntegerName): string {
    return getter(type, this.#fixed(sizeOfInteger(type)));
  }

  #local(path: string, expression: string): string {
    if (/^[a-z]\w*$/.test(expression)) return expression;
    const local = this.lines.name(lastPart(path));
    this.lines.add(`const ${local} = ${expression};`);
    return local;
  }

  #detached(kind: DetachedKind, path: string): string {
    const of = kindOf(kind.of);
    const count = this.#integer(countTypeOf(of));
    const offset = this.#integer('u32');
    if (of.kind === 'text') {
      const limits = `{ max: ${of.max}, required: ${kind.required} }`;
      return `reader.followText(${count}, ${offset}, ${limits}, '${path}')`;
    }
    const list = of as schema.ListKind<unknown>;
    const decode = `decode${this.#names.elements(list, this.#prefix + path)}`;
    const limits = `{ max: ${list.max}, elementSize: ${leastSize(kindOf(list.element))} }`;
    return `reader.followList(${count}, ${offset}, ${decode}, ${limits}, '${path}')`;
  }

  #nested(
    kind: schema.StructKind<schema.Fields> | UnionKind | schema.TaggedKind<unknown>,
    path: string,
    scope: Scope,
  ): string {
    if (kind.kind === 'struct' && fixedSize(kind) !== null) {
      return `{ ${this.fields(new Scope(kind.fields), path).join(', ')} }`;
    }
    this.flush();
    let call: string;
    if (kind.kind === 'struct') {
      const parameters = kind.parameters.map((name) => `, ${scope.expression(name)}`).join('');
      call = `${this.#names.codec(kind, 'struct')}(reader${parameters})`;
    } else if (kind.kind === 'union') {
      call = `${this.#names.codec(kind, 'inline')}(reader)`;
    } else {
      const name = this.#names.codec(kind.union as UnionKind, 'tagged');
      call = `${name}(reader, ${scope.expression(kind.tag)})`;
    }
    return this.#local(path, `decode${call}`);
  }

  #sequence(
    kind: schema.ArrayKind<unknown> | schema.ListKind<unknown> | schema.CountedListKind<unknown>,
    path: string,
    scope: Scope,
  ): string {
    const element = kindOf(kind.element);
    if (kind.kind === 'array') {
      if (fixedSize(kind) === null) return this.elements(element, String(kind.length), path, scope);
      return `[${Array.from({ length: kind.length }, () => this.value(element, path, scope)).join(', ')}]`;
    }
    const read = kind.kind === 'list' ? this.#integer(kind.count.type) : scope.expression(kind.count);
    this.flush();
    const count = this.lines.name(`${lastPart(path)}Count`);
    this.lines.add(`const ${count} = reader.count(${read}, ${kind.max}, ${leastSize(element)}, '${path}');`);
    return this.elements(element, count, path, scope);
  }

  #ifPresent(of: AnyKind, path: string, scope: Scope, condition: string): string {
    this.flush();
    const local = this.lines.name(lastPart(path));
    const type = this.#names.typeOf(of);
    this.lines.add(`let ${local}: ${type.endsWith('| null') ? type : `${type} | null`} = null;`);
    this.lines.block(`if (${condition})`, () => {
      const value = this.value(of, path, scope);
      this.flush();
      this.lines.add(`${local} = ${value};`);
    });
    return local;
  }

  #conditional(kind: ConditionalKind, path: string, scope: Scope): string {
    const comparison = kind.presentWhen === 'set' ? '!==' : '===';
    const bit = `(${scope.expression(kind.flags)} & ${scope.bitOf(kind)}) ${comparison} 0`;
    return this.#ifPresent(kindOf(kind.of), path, scope, bit);
  }

  #bytes(kind: BytesLike, path: string, scope: Scope): string {
    switch (kind.kind) {
      case 'text':
      case 'bytes': {
        let length = this.#integer(kind.length.type);
        if (kind.kind === 'text' && !kind.countsNul) length += ' + 1';
        this.flush();
        const method = kind.kind === 'text' ? 'text' : 'slice';
        return this.#local(path, `reader.${method}(${length}, ${kind.max}, '${path}')`);
      }
      case 'fixed-bytes':
        this.flush();
        return this.#local(path, `reader.slice(${kind.length}, ${kind.length}, '${path}')`);
      case 'sized-bytes':
        this.flush();
        return this.#local(path, `reader.slice(${scope.length(kind.length)}, ${kind.max}, '${path}')`);
      case 'rest':
      case 'blob':
        this.flush();
        return this.#local(path, `reader.${kind.kind}(${kind.max}, '${path}')`);
    }
  }
}
