/** The functions of one channel: an encoder per message, and a decoder per direction. */
import type { Messages } from '@lazyspice/core';
import { DecoderBody } from './emit-decoder.ts';
import { EncoderBody } from './emit-encoder.ts';
import { objectLiteral } from './emit-functions.ts';
import { fieldsHavePointers } from './layout.ts';
import { capitalize } from './lines.ts';
import type { Names } from './names.ts';
import { Scope } from './scope.ts';

export interface ChannelTarget {
  /** As in error paths and type names: 'display', 'Display...'. */
  readonly name: string;
  /** The TypeScript expression of the declaration: 'declared.display'. */
  readonly expression: string;
  readonly server: Messages;
  readonly client: Messages;
  /** Whether it falls back to the messages that every channel has. */
  readonly hasBase: boolean;
}

interface Direction {
  readonly channel: ChannelTarget;
  readonly side: 'server' | 'client';
  readonly messages: Messages;
}

/** Server messages are named for the channel alone, a client's say so: DisplayMark, DisplayClientInit. */
const prefixOf = ({ channel, side }: Direction): string =>
  `${capitalize(channel.name)}${side === 'client' ? 'Client' : ''}`;

const messageFunctions = (direction: Direction, name: string, names: Names): string[] => {
  const { channel, side, messages } = direction;
  const { fields } = messages[name];
  const type = `${prefixOf(direction)}${capitalize(name)}`;
  const path = `${channel.name}.${name}`;
  const declared = `export type ${type} = Body<typeof ${channel.expression}.${side}.${name}>;\n`;
  if (Object.keys(fields).length === 0) {
    return [`${declared}export function encode${type}(_writer: Writer, _value: ${type}): void {}\n`];
  }
  const encoder = new EncoderBody(names);
  const pointers = fieldsHavePointers(fields);
  if (pointers) encoder.lines.add('writer.beginBody();');
  encoder.fields(new Scope(fields), 'value', path);
  encoder.flush();
  if (pointers) encoder.lines.add('writer.endBody();');
  const decoder = new DecoderBody(names, { prefix: `${path}.` });
  const properties = decoder.fields(new Scope(fields), '');
  return [
    `${declared}export function encode${type}(writer: Writer, value: ${type}): void {\n${encoder.lines}}\n`,
    `function decode${type}(reader: Reader): ${type} {\n${decoder.finish(objectLiteral(properties))}}\n`,
  ];
};

const decoderOf = (direction: Direction): string => {
  const { channel, side, messages } = direction;
  const prefix = prefixOf(direction);
  const union = `${capitalize(channel.name)}${capitalize(side)}Message`;
  const baseUnion = `Base${capitalize(side)}Message`;
  let members = '';
  let cases = '';
  for (const [name, { id, fields }] of Object.entries(messages)) {
    const type = `${prefix}${capitalize(name)}`;
    const context = channel.hasBase ? `'${channel.name}.${name}'` : `\`\${channel}.${name}\``;
    members += `\n  | { readonly name: '${name}'; readonly body: ${type} }`;
    cases +=
      Object.keys(fields).length === 0
        ? `    case ${id}:\n      return { name: '${name}', body: {} };\n`
        : `    case ${id}:\n      reader.context = ${context};\n      return { name: '${name}', body: decode${type}(reader) };\n`;
  }
  const fallback = channel.hasBase
    ? `return decodeBase${capitalize(side)}(type, reader, '${channel.name}');`
    : 'throw reader.unknownMessage(type, channel);';
  const parameters = `type: number, reader: Reader${channel.hasBase ? '' : ', channel: string'}`;
  return (
    `export type ${union} =${members}${channel.hasBase ? `\n  | ${baseUnion}` : ''};\n` +
    `/** Decodes the body of a message from the ${side}. Bytes behind it are ignored. */\n` +
    `export function decode${capitalize(channel.name)}${capitalize(side)}(${parameters}): ${union} {\n` +
    `  switch (type) {\n${cases}    default:\n      ${fallback}\n  }\n}\n`
  );
};

/** A table of numbers and encoders, for whoever sends messages by name. */
const tableOf = (direction: Direction): string => {
  const prefix = prefixOf(direction);
  const entries = Object.entries(direction.messages).map(
    ([name, { id }]) => `  ${name}: { id: ${id}, encode: encode${prefix}${capitalize(name)} },\n`,
  );
  return `export const ${direction.channel.name}${capitalize(direction.side)} = {\n${entries.join('')}} as const;\n`;
};

export const channelFunctions = (channel: ChannelTarget, names: Names): string[] =>
  (['server', 'client'] as const).flatMap((side) => {
    const direction = { channel, side, messages: channel[side] };
    const functions = Object.keys(direction.messages).flatMap((name) =>
      messageFunctions(direction, name, names),
    );
    return [decoderOf(direction), tableOf(direction), ...functions];
  });
