/** The encoder and decoder functions of one target each, as text. */
import { DecoderBody, getter } from './emit-decoder.ts';
import { EncoderBody } from './emit-encoder.ts';
import { kindOf, type StructKind, type UnionKind } from './kinds.ts';
import { sizeOfInteger } from './layout.ts';
import { capitalize } from './lines.ts';
import type { Names, Target } from './names.ts';
import { Scope } from './scope.ts';

export const objectLiteral = (properties: readonly string[]): string => {
  if (properties.length === 0) return '{}';
  const line = `{ ${properties.join(', ')} }`;
  return line.length <= 96 ? line : `{\n${properties.map((property) => `    ${property},\n`).join('')}  }`;
};

const structFunctions = (kind: StructKind, names: Names): string[] => {
  const type = names.alias(kind);
  const taken = kind.parameters;
  const parameters = taken.map((name) => `, ${name}: number`).join('');
  const encoder = new EncoderBody(names, { taken });
  encoder.fields(new Scope(kind.fields, taken), 'value', kind.name);
  encoder.flush();
  const decoder = new DecoderBody(names, { taken });
  const properties = decoder.fields(new Scope(kind.fields, taken), kind.name);
  return [
    `function encode${kind.name}(writer: Writer, value: ${type}${parameters}): void {\n${encoder.lines}}\n`,
    `function decode${kind.name}(reader: Reader${parameters}): ${type} {\n${decoder.finish(objectLiteral(properties))}}\n`,
  ];
};

/** A function that switches on the variant, and one for each variant that has something to write. */
const unionEncoders = (kind: UnionKind, form: 'inline' | 'tagged', names: Names): string[] => {
  const type = names.alias(kind);
  const parts: string[] = [];
  let cases = '';
  for (const [name, { tag, fields }] of Object.entries(kind.variants)) {
    const hasFields = Object.keys(fields).length > 0;
    if (form === 'tagged' && !hasFields) {
      cases += `    case '${name}':\n      return;\n`;
      continue;
    }
    const variant = `${kind.name}${capitalize(name)}`;
    cases += `    case '${name}':\n      return encode${variant}(writer${hasFields ? ', value' : ''});\n`;
    const body = new EncoderBody(names);
    if (form === 'inline') body.integer(kind.tag.type, String(tag));
    body.fields(new Scope(fields), 'value', `${kind.name}.${name}`);
    body.flush();
    const parameter = hasFields ? `, value: Extract<${type}, { type: '${name}' }>` : '';
    parts.push(`function encode${variant}(writer: Writer${parameter}): void {\n${body.lines}}\n`);
  }
  return [
    `function encode${kind.name}(writer: Writer, value: ${type}): void {\n  switch (value.type) {\n${cases}  }\n}\n`,
    ...parts,
  ];
};

/** A function that switches on the tag, and one for each variant that has fields. */
const unionDecoders = (kind: UnionKind, form: 'inline' | 'tagged', names: Names): string[] => {
  const type = names.alias(kind);
  const parts: string[] = [];
  let cases = '';
  for (const [name, { tag, fields }] of Object.entries(kind.variants)) {
    if (Object.keys(fields).length === 0) {
      cases += `    case ${tag}:\n      return { type: '${name}' };\n`;
      continue;
    }
    const variant = `${kind.name}${capitalize(name)}`;
    cases += `    case ${tag}:\n      return decode${variant}(reader);\n`;
    const body = new DecoderBody(names);
    const properties = [`type: '${name}'`, ...body.fields(new Scope(fields), `${kind.name}.${name}`)];
    const result = `Extract<${type}, { type: '${name}' }>`;
    parts.push(
      `function decode${variant}(reader: Reader): ${result} {\n${body.finish(objectLiteral(properties))}}\n`,
    );
  }
  const size = sizeOfInteger(kind.tag.type);
  const read = `  const tag = reader.${getter(kind.tag.type, `reader.take(${size})`)};\n`;
  return [
    `function decode${kind.name}(reader: Reader${form === 'tagged' ? ', tag: number' : ''}): ${type} {\n${form === 'inline' ? read : ''}` +
      `  switch (tag) {\n${cases}    default:\n      throw reader.unknownValue(tag, '${kind.name}');\n  }\n}\n`,
    ...parts,
  ];
};

const tagFunction = (kind: UnionKind, names: Names): string => {
  const cases = Object.entries(kind.variants).map(
    ([name, { tag }]) => `    case '${name}':\n      return ${tag};\n`,
  );
  return `function tagOf${kind.name}(value: ${names.alias(kind)}): number {\n  switch (value.type) {\n${cases.join('')}  }\n}\n`;
};

/** What a pointer points to: a list or bytes with their count, or the elements of a detached list alone. */
const pointeeFunctions = (
  target: Extract<Target, { form: 'whole' | 'elements' }>,
  names: Names,
): string[] => {
  const { kind, name, form } = target;
  const type = names.typeOf(kind);
  const scope = new Scope({});
  const encoder = new EncoderBody(names);
  const decoder = new DecoderBody(names);
  let result: string;
  if (form === 'elements') {
    const element = kindOf(target.kind.element);
    encoder.elements(element, 'value', name, scope);
    result = decoder.elements(element, 'count', 'items', scope);
  } else {
    encoder.value(kind, 'value', name, scope);
    result = decoder.value(kind, name, scope);
  }
  encoder.flush();
  return [
    `function encode${name}(writer: Writer, value: ${type}): void {\n${encoder.lines}}\n`,
    `function decode${name}(reader: Reader${form === 'elements' ? ', count: number' : ''}): ${type} {\n${decoder.finish(result)}}\n`,
  ];
};

export const functionsOf = (target: Target, names: Names): string[] => {
  switch (target.form) {
    case 'struct':
      return structFunctions(target.kind, names);
    case 'inline':
      return [...unionEncoders(target.kind, 'inline', names), ...unionDecoders(target.kind, 'inline', names)];
    case 'tagged':
      return [
        tagFunction(target.kind, names),
        ...unionEncoders(target.kind, 'tagged', names),
        ...unionDecoders(target.kind, 'tagged', names),
      ];
    default:
      return pointeeFunctions(target, names);
  }
};
