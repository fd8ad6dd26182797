import type { schema } from '@lazyspice/core';
import type { AnyKind, StructKind, UnionKind } from './kinds.ts';
import { fixedSize, sizeOfInteger } from './layout.ts';
import { capitalize, Lines } from './lines.ts';
import type { Names } from './names.ts';

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
const endian = (type: string): string => (type === 'u8' || type === 'i8' ? '' : ', true');

/** Emits the body of one encoder: runs of fixed fields with one `reserve` each, and what lies between them. */
class EncoderBody {
  readonly lines = new Lines();
  readonly #names: Names;
  #run: ((at: string, view: string) => string)[] = [];
  #runBytes = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  fields(fields: schema.Fields, value: string, path: string): void {
    for (const [name, kind] of Object.entries(fields)) {
      this.#value(kind as AnyKind, `${value}.${name}`, `${path}.${name}`);
    }
  }

  integer(type: schema.IntegerName, expression: string): void {
    this.#fixed(
      sizeOfInteger(type),
      (at, view) => `${view}.${setters[type]}(${at}, ${expression}${endian(type)});`,
    );
  }

  /** Writes the run collected so far. */
  flush(): void {
    if (this.#run.length === 0) return;
    const at = this.lines.name('at');
    const view = this.lines.name('out');
    this.lines.add(`const ${at} = writer.reserve(${this.#runBytes});`);
    this.lines.add(`const ${view} = writer.view;`);
    for (const write of this.#run) this.lines.add(write(at, view));
    this.#run = [];
    this.#runBytes = 0;
  }

  #fixed(bytes: number, write: (at: string, view: string) => string): void {
    const offset = this.#runBytes;
    this.#run.push((at, view) => write(offset === 0 ? at : `${at} + ${offset}`, view));
    this.#runBytes += bytes;
  }

  #value(kind: AnyKind, value: string, path: string): void {
    switch (kind.kind) {
      case 'integer':
      case 'enum':
      case 'flags':
        return this.integer(kind.type, value);
      case 'boolean':
        return this.integer(kind.type, `${value} ? 1 : 0`);
      case 'bigint':
        return this.#fixed(8, (at, view) => `${view}.${setters[kind.type]}(${at}, ${value}, true);`);
      case 'safe-integer':
        return this.#fixed(8, (at) => `writer.safeInteger(${at}, ${value}, '${path}');`);
      case 'struct':
        if (fixedSize(kind) !== null) return this.fields(kind.fields, value, path);
        return this.#call(kind, value);
      case 'union':
        return this.#call(kind, value);
      case 'array':
        return this.#array(kind, value, path);
      case 'list':
        this.integer(kind.count.type, `writer.count(${value}.length, ${kind.max}, '${path}')`);
        return this.#elements(kind.element as AnyKind, value, path);
      case 'optional':
        return this.#optional(kind, value, path);
      default:
        return this.#bytes(kind, value, path);
    }
  }

  #call(kind: StructKind | UnionKind, value: string): void {
    this.flush();
    this.lines.add(`encode${this.#names.codec(kind)}(writer, ${value});`);
  }

  #array(kind: schema.ArrayKind<unknown>, value: string, path: string): void {
    if (fixedSize(kind as AnyKind) === null) return this.#elements(kind.element as AnyKind, value, path);
    for (let i = 0; i < kind.length; i++) {
      this.#value(kind.element as AnyKind, `${value}[${i}]`, `${path}.${i}`);
    }
  }

  #elements(element: AnyKind, value: string, path: string): void {
    this.flush();
    const item = this.lines.name('item');
    this.lines.block(`for (const ${item} of ${value})`, () => {
      this.#value(element, item, path);
      this.flush();
    });
  }

  #optional(kind: schema.OptionalKind<unknown>, value: string, path: string): void {
    const local = this.lines.name(path.split('.').at(-1) as string);
    this.lines.add(`const ${local} = ${value};`);
    this.integer('u8', `${local} === null ? 0 : 1`);
    this.flush();
    this.lines.block(`if (${local} !== null)`, () => {
      this.#value(kind.of as AnyKind, local, path);
      this.flush();
    });
  }

  #bytes(
    kind: schema.BytesKind | schema.FixedBytesKind | schema.RestKind | schema.BlobKind | schema.TextKind,
    value: string,
    path: string,
  ): void {
    switch (kind.kind) {
      case 'text': {
        const encoded = this.lines.name('encoded');
        this.lines.add(`const ${encoded} = writer.utf8(${value}, '${path}');`);
        this.integer(kind.length.type, `writer.count(${encoded}.byteLength, ${kind.max}, '${path}')`);
        this.flush();
        return this.lines.add(`writer.bytes(${encoded});`);
      }
      case 'bytes':
        this.integer(kind.length.type, `writer.count(${value}.byteLength, ${kind.max}, '${path}')`);
        this.flush();
        return this.lines.add(`writer.bytes(${value});`);
      case 'fixed-bytes':
        this.flush();
        this.lines.add(`writer.exact(${value}, ${kind.length}, '${path}');`);
        return this.lines.add(`writer.bytes(${value});`);
      case 'rest':
      case 'blob':
        this.flush();
        this.lines.add(`writer.count(${value}.byteLength, ${kind.max}, '${path}');`);
        return this.lines.add(`writer.${kind.kind === 'blob' ? 'blob' : 'bytes'}(${value});`);
    }
  }
}

const encoder = (name: string, type: string, names: Names, emit: (body: EncoderBody) => void): string => {
  const body = new EncoderBody(names);
  emit(body);
  body.flush();
  return `function encode${name}(writer: Writer, value: ${type}): void {\n${body.lines}\n}\n`;
};

export const emitStructEncoder = (kind: StructKind, names: Names): string =>
  encoder(kind.name, names.alias(kind), names, (body) => body.fields(kind.fields, 'value', kind.name));

/** One function that switches on the variant, and one for each variant that has fields. */
export const emitUnionEncoders = (kind: UnionKind, names: Names): string => {
  const type = names.alias(kind);
  const parts: string[] = [];
  const cases: string[] = [];
  for (const [name, { tag, fields }] of Object.entries(kind.variants)) {
    const variant = `${kind.name}${capitalize(name)}`;
    cases.push(
      `    case '${name}':\n      return encode${variant}(writer${Object.keys(fields).length > 0 ? ', value' : ''});`,
    );
    const emit = (body: EncoderBody): void => {
      body.integer(kind.tag.type, String(tag));
      body.fields(fields, 'value', `${kind.name}.${name}`);
    };
    const text = encoder(variant, `Extract<${type}, { type: '${name}' }>`, names, emit);
    parts.push(Object.keys(fields).length > 0 ? text : text.replace(/, value: .*\): void/, '): void'));
  }
  parts.unshift(
    `function encode${kind.name}(writer: Writer, value: ${type}): void {\n  switch (value.type) {\n${cases.join('\n')}\n  }\n}\n`,
  );
  return parts.join('\n');
};
