import type { schema } from '@lazyspice/core';
import type { AnyKind, StructKind, UnionKind } from './kinds.ts';
import { fixedSize, leastSize, sizeOfInteger } from './layout.ts';
import { capitalize, Lines } from './lines.ts';
import type { Names } from './names.ts';

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
const lastPart = (path: string): string => path.split('.').at(-1) as string;

/**
 * Emits the body of one decoder. Fixed fields become expressions on `view` at offsets from the run they belong to;
 * a run is taken with one bounds check, in front of its first use.
 */
class DecoderBody {
  readonly lines = new Lines();
  readonly #names: Names;
  #run: { at: string; bytes: number; fill: (line: string) => void } | null = null;
  #usesView = false;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Reads the fields and gives the properties of the object literal. */
  fields(fields: schema.Fields, path: string): string[] {
    return Object.entries(fields).map(([name, kind]) => {
      const expression = this.#value(kind as AnyKind, `${path}.${name}`);
      return expression === name ? name : `${name}: ${expression}`;
    });
  }

  finish(result: string): string {
    this.flush();
    const view = this.#usesView ? '  const view = reader.view;\n' : '';
    return `${view}${this.lines}${String(this.lines) === '' ? '' : '\n'}  return ${result};`;
  }

  flush(): void {
    if (this.#run === null) return;
    this.#run.fill(`const ${this.#run.at} = reader.take(${this.#run.bytes});`);
    this.#run = null;
  }

  #fixed(bytes: number): string {
    this.#usesView = true;
    this.#run ??= { at: this.lines.name('at'), bytes: 0, fill: this.lines.hole() };
    const { at, bytes: offset } = this.#run;
    this.#run.bytes += bytes;
    return offset === 0 ? at : `${at} + ${offset}`;
  }

  #integer(type: schema.IntegerName): string {
    const at = this.#fixed(sizeOfInteger(type));
    return `view.${getters[type]}(${at}${type === 'u8' || type === 'i8' ? '' : ', true'})`;
  }

  #local(path: string, expression: string): string {
    const local = this.lines.name(lastPart(path));
    this.lines.add(`const ${local} = ${expression};`);
    return local;
  }

  #value(kind: AnyKind, path: string): string {
    switch (kind.kind) {
      case 'integer':
      case 'flags':
        return this.#integer(kind.type);
      case 'enum':
        return `${this.#names.enumCheck(kind, path)}(reader, ${this.#integer(kind.type)})`;
      case 'boolean':
        return `${this.#integer(kind.type)} !== 0`;
      case 'bigint':
        return `view.${getters[kind.type]}(${this.#fixed(8)}, true)`;
      case 'safe-integer':
        return `reader.safeInteger(${this.#fixed(8)}, '${path}')`;
      case 'struct':
        if (fixedSize(kind) !== null) return `{ ${this.fields(kind.fields, path).join(', ')} }`;
        return this.#call(kind, path);
      case 'union':
        return this.#call(kind, path);
      case 'array':
        return this.#array(kind, path);
      case 'list':
        return this.#list(kind, path);
      case 'optional':
        return this.#optional(kind, path);
      default:
        return this.#bytes(kind, path);
    }
  }

  #call(kind: StructKind | UnionKind, path: string): string {
    this.flush();
    return this.#local(path, `decode${this.#names.codec(kind)}(reader)`);
  }

  #array(kind: schema.ArrayKind<unknown>, path: string): string {
    const element = kind.element as AnyKind;
    if (fixedSize(kind as AnyKind) === null) return this.#elements(element, String(kind.length), path);
    const items = Array.from({ length: kind.length }, () => this.#value(element, path));
    return `[${items.join(', ')}]`;
  }

  #list(kind: schema.ListKind<unknown>, path: string): string {
    const element = kind.element as AnyKind;
    const count = this.lines.name(`${lastPart(path)}Count`);
    const read = this.#integer(kind.count.type);
    this.flush();
    this.lines.add(`const ${count} = reader.count(${read}, ${kind.max}, ${leastSize(element)}, '${path}');`);
    return this.#elements(element, count, path);
  }

  #elements(element: AnyKind, count: string, path: string): string {
    const list = this.lines.name(lastPart(path));
    const index = this.lines.name('i');
    this.lines.add(`const ${list}: ${this.#names.elementTypeOf(element)}[] = [];`);
    this.lines.block(`for (let ${index} = 0; ${index} < ${count}; ${index}++)`, () => {
      const item = this.#value(element, path);
      this.flush();
      this.lines.add(`${list}.push(${item});`);
    });
    return list;
  }

  #optional(kind: schema.OptionalKind<unknown>, path: string): string {
    const of = kind.of as AnyKind;
    const present = this.#integer('u8');
    this.flush();
    const local = this.lines.name(lastPart(path));
    this.lines.add(`let ${local}: ${this.#names.typeOf(of)} | null = null;`);
    this.lines.block(`if (reader.present(${present}, '${path}'))`, () => {
      const value = this.#value(of, path);
      this.flush();
      this.lines.add(`${local} = ${value};`);
    });
    return local;
  }

  #bytes(
    kind: schema.BytesKind | schema.FixedBytesKind | schema.RestKind | schema.BlobKind | schema.TextKind,
    path: string,
  ): string {
    switch (kind.kind) {
      case 'text':
      case 'bytes': {
        const length = this.#integer(kind.length.type);
        this.flush();
        const method = kind.kind === 'text' ? 'text' : 'slice';
        return this.#local(path, `reader.${method}(${length}, ${kind.max}, '${path}')`);
      }
      case 'fixed-bytes':
        this.flush();
        return this.#local(path, `reader.slice(${kind.length}, ${kind.length}, '${path}')`);
      case 'rest':
      case 'blob':
        this.flush();
        return this.#local(path, `reader.${kind.kind}(${kind.max}, '${path}')`);
    }
  }
}

const objectLiteral = (properties: readonly string[]): string => {
  const line = `{ ${properties.join(', ')} }`;
  return line.length <= 96 ? line : `{\n${properties.map((property) => `    ${property},\n`).join('')}  }`;
};

export const emitStructDecoder = (kind: StructKind, names: Names): string => {
  const body = new DecoderBody(names);
  const properties = body.fields(kind.fields, kind.name);
  return `function decode${kind.name}(reader: Reader): ${names.alias(kind)} {\n${body.finish(objectLiteral(properties))}\n}\n`;
};

/** One function that switches on the tag, and one for each variant that has fields. */
export const emitUnionDecoders = (kind: UnionKind, names: Names): string => {
  const type = names.alias(kind);
  const parts: string[] = [];
  const cases: string[] = [];
  for (const [name, { tag, fields }] of Object.entries(kind.variants)) {
    if (Object.keys(fields).length === 0) {
      cases.push(`    case ${tag}:\n      return { type: '${name}' };`);
      continue;
    }
    const variant = `${kind.name}${capitalize(name)}`;
    cases.push(`    case ${tag}:\n      return decode${variant}(reader);`);
    const body = new DecoderBody(names);
    const properties = [`type: '${name}'`, ...body.fields(fields, `${kind.name}.${name}`)];
    const result = `Extract<${type}, { type: '${name}' }>`;
    parts.push(
      `function decode${variant}(reader: Reader): ${result} {\n${body.finish(objectLiteral(properties))}\n}\n`,
    );
  }
  const tag = `reader.view.${getters[kind.tag.type]}(reader.take(${sizeOfInteger(kind.tag.type)})${kind.tag.type === 'u8' ? '' : ', true'})`;
  parts.unshift(
    `function decode${kind.name}(reader: Reader): ${type} {\n  const tag = ${tag};\n  switch (tag) {\n${cases.join('\n')}\n    default:\n      throw reader.unknownValue(tag, '${kind.name}');\n  }\n}\n`,
  );
  return parts.join('\n');
};
