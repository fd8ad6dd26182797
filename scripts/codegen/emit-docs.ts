/** docs/protocol.md: the protocol as declared, for readers. */
import type { Messages, schema } from '@lazyspice/core';
import { type AnyKind, fieldsOf, isKind, kindOf, type UnionKind } from './kinds.ts';
import { tagTypeOf } from './layout.ts';

export interface DocumentedChannel {
  readonly name: string;
  readonly type: number;
  readonly server: Messages;
  readonly client: Messages;
  readonly capabilities: Readonly<Record<string, number>>;
  readonly clientMaxBody: number;
}

export interface Documentation {
  /** The structs of the link stage. */
  readonly link: Readonly<Record<string, AnyKind>>;
  readonly base: { readonly server: Messages; readonly client: Messages };
  readonly channels: readonly DocumentedChannel[];
  /** What travels inside AGENT_DATA. */
  readonly agent: Pick<DocumentedChannel, 'server' | 'client' | 'capabilities'>;
  /** Structs, unions and flags that fields refer to by name, in the order they should appear. */
  readonly blocks: Readonly<Record<string, unknown>>;
}

const header = `<!-- Generated from the declarations by scripts/generate-codecs.ts; do not edit: \`npm run generate\`. -->

# The SPICE protocol as lazyspice speaks it

All integers are little-endian, nothing is padded or aligned. A message is a header (mini: u16 type, u32 size; full:
u64 serial, u16 type, u32 size, u32 sub-list) and the body described here.

How fields are written:

| Notation | Means |
| --- | --- |
| \`u8\` … \`i64\` | an integer of that many bits |
| \`T[u16 ≤ 64]\` | a u16 count, at most 64, then so many T |
| \`T[n ≤ 64]\` | as many T as the earlier field n says, at most 64 |
| \`T[6]\`, \`bytes[16]\` | exactly so many |
| \`bytes[u32 ≤ 2 KiB]\` | a u32 length, then so many bytes |
| \`bytes[a × b ≤ 2 KiB]\` | bytes whose length follows from earlier fields |
| \`bytes to the end ≤ 2 KiB\` | the rest of the body |
| \`text[u32 ≤ 1 KiB]\` | a u32 length that counts the final NUL, then UTF-8 and the NUL |
| \`T?\` | a byte 0, or a byte 1 and then T |
| \`→ T\` | a u32 offset from the start of the body to T, which follows the fixed part; \`→ T or null\`: 0 is null |
| \`T[u8 ≤ 255] →\` | the count or length here, then such an offset to the elements |
| \`T if f.b\`, \`T unless f.b\` | T is there when bit b of the earlier field f is set, or is not |
`;

const quantity = (bytes: number): string => {
  if (bytes >= 1024 * 1024 && bytes % (1024 * 1024) === 0) return `${bytes / (1024 * 1024)} MiB`;
  if (bytes >= 1024 && bytes % 1024 === 0) return `${bytes / 1024} KiB`;
  return String(bytes);
};
const numbers = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

class DocsWriter {
  readonly #names = new Map<unknown, string>();

  constructor(blocks: Readonly<Record<string, unknown>>) {
    for (const [name, kind] of Object.entries(blocks)) this.#names.set(kind, name);
  }

  /** The notation of a kind as a field. */
  notation(kind: AnyKind, fields: schema.Fields): string {
    const name = this.#names.get(kind);
    if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
    switch (kind.kind) {
      case 'integer':
      case 'bigint':
        return kind.type;
      case 'safe-integer':
        return 'u64';
      case 'boolean':
        return `${kind.type} 0 or 1`;
      case 'enum':
        return `${kind.type}: ${numbers(kind.values)}`;
      case 'flags':
        return `${kind.type} bits: ${numbers(kind.bits)}`;
      case 'count-of':
        return `${kind.type}, the number of ${kind.list}`;
      case 'length-of':
        return `${kind.type}, the length of ${kind.of.join(' + ')}`;
      case 'tag-of':
        return `${tagTypeOf(fields, kind.union)}, the kind of ${kind.union}`;
      case 'optional':
        return `${this.notation(kindOf(kind.of), fields)}?`;
      case 'conditional': {
        const word = kind.presentWhen === 'set' ? 'if' : 'unless';
        return `${this.notation(kindOf(kind.of), fields)} ${word} ${kind.flags}.${kind.bit}`;
      }
      case 'pointer':
        return `→ ${this.notation(kindOf(kind.of), fields)}${kind.nullable ? ' or null' : ''}`;
      case 'detached':
        return `${this.notation(kindOf(kind.of), fields)} →`;
      case 'tagged':
        return `${this.notation(kindOf(kind.union), fields)} by ${kind.tag}`;
      case 'struct':
      case 'union':
        throw new Error(`${kind.kind} '${kind.name}' is not among the documented blocks`);
      default:
        return this.#sequence(kind, fields);
    }
  }

  #sequence(kind: AnyKind, fields: schema.Fields): string {
    switch (kind.kind) {
      case 'array':
        return `${this.#element(kind.element, fields)}[${kind.length}]`;
      case 'list':
        return `${this.#element(kind.element, fields)}[${kind.count.type} ≤ ${kind.max}]`;
      case 'counted-list':
        return `${this.#element(kind.element, fields)}[${kind.count} ≤ ${kind.max}]`;
      case 'fixed-bytes':
        return `bytes[${kind.length}]`;
      case 'bytes':
        return `bytes[${kind.length.type} ≤ ${quantity(kind.max)}]`;
      case 'sized-bytes':
        return `bytes[${lengthNotation(kind.length)} ≤ ${quantity(kind.max)}]`;
      case 'blob':
        return `bytes[u32 ≤ ${quantity(kind.max)}]`;
      case 'rest':
        return `bytes to the end ≤ ${quantity(kind.max)}`;
      case 'text': {
        const note = kind.countsNul ? '' : ', the length without the NUL';
        return `text[${kind.length.type} ≤ ${quantity(kind.max)}]${note}`;
      }
      default:
        throw new Error(`${kind.kind} has no notation`);
    }
  }

  #element(kind: schema.Kind<unknown>, fields: schema.Fields): string {
    const notation = this.notation(kindOf(kind), fields);
    return notation.includes('→') ? `(${notation})` : notation;
  }

  fields(fields: schema.Fields): string {
    const parts = fieldsOf(fields).map(([name, kind]) => `\`${name}\` ${this.notation(kind, fields)}`);
    return parts.length === 0 ? 'nothing' : parts.join('<br>');
  }

  messages(messages: Messages, channelMaximum: number | null): string {
    const rows = Object.entries(messages).map(([name, { id, fields, summary, maxBody }]) => {
      const limit = maxBody === null || channelMaximum === null ? '' : ` At most ${maxBody} bytes.`;
      return `| ${id} | ${name} | ${this.fields(fields)} | ${summary}${limit} |`;
    });
    if (rows.length === 0) return 'Base messages only.\n';
    return `| Type | Name | Body | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  }

  block(name: string, kind: AnyKind): string {
    const title = `### ${name}\n\n`;
    switch (kind.kind) {
      case 'struct':
        return `${title}${this.fields(kind.fields)}\n`;
      case 'union':
        return `${title}${kind.tag.type} in front of the fields, or in an earlier field:\n\n${this.#variants(kind)}`;
      case 'enum':
        return `${title}${kind.type}: ${numbers(kind.values)}\n`;
      case 'flags':
        return `${title}${kind.type} bits: ${numbers(kind.bits)}\n`;
      case 'optional':
        return `${title}${this.notation(kindOf(kind.of), {})}?\n`;
      default:
        return `${title}${this.#sequence(kind, {})}\n`;
    }
  }

  #variants(kind: UnionKind): string {
    const rows = Object.entries(kind.variants).map(
      ([name, { tag, fields }]) => `| ${tag} | ${name} | ${this.fields(fields)} |`,
    );
    return `| Number | Name | Fields |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  }
}

const lengthNotation = (length: schema.Length): string => {
  switch (length.op) {
    case 'field':
      return length.name;
    case 'times':
      return `${lengthNotation(length.left)} × ${lengthNotation(length.right)}`;
    case 'minus':
      return `${lengthNotation(length.left)} − ${lengthNotation(length.right)}`;
    case 'bytes-of-bits':
      return `⌈${lengthNotation(length.of)} / 8⌉`;
    case 'by-flag':
      return `(${length.cases.map(([bit, value]) => `${value} for ${length.flags} ${bit}`).join(', ')})`;
  }
};

/** The blocks that the messages need, each once, in the order of the given modules. */
const usedBlocks = (documentation: Documentation): [string, AnyKind][] => {
  const used = new Set<unknown>();
  const visit = (kind: AnyKind): void => {
    if (used.has(kind)) return;
    used.add(kind);
    if (kind.kind === 'struct') visitFields(kind.fields);
    else if (kind.kind === 'union')
      for (const { fields } of Object.values(kind.variants)) visitFields(fields);
    else if (kind.kind === 'tagged') visit(kindOf(kind.union));
    else if ('of' in kind && isKind(kind.of)) visit(kindOf(kind.of));
    else if ('element' in kind) visit(kindOf(kind.element));
  };
  const visitFields = (fields: schema.Fields): void => {
    for (const [, kind] of fieldsOf(fields)) visit(kind);
  };
  for (const { server, client } of [documentation.base, documentation.agent, ...documentation.channels]) {
    for (const { fields } of [...Object.values(server), ...Object.values(client)]) visitFields(fields);
  }
  return Object.entries(documentation.blocks).filter((entry): entry is [string, AnyKind] =>
    used.has(entry[1]),
  );
};

export const emitDocs = (documentation: Documentation): string => {
  const blocks = usedBlocks(documentation);
  const writer = new DocsWriter(Object.fromEntries(blocks));
  const sections = [
    header,
    '## Link stage\n',
    'Each connection begins with the client sending LinkHeader and LinkMess, then capability words.\n',
    'The server answers with LinkHeader, LinkReply and its capability words.\n',
    ...Object.entries(documentation.link).map(([name, kind]) => writer.block(name, kind)),
    '## Every channel\n',
    `From the server:\n\n${writer.messages(documentation.base.server, null)}`,
    `From the client:\n\n${writer.messages(documentation.base.client, 0)}`,
  ];
  for (const channel of documentation.channels) {
    const capabilities = Object.entries(channel.capabilities).map(([name, bit]) => `${bit} ${name}`);
    sections.push(
      `## ${channel.name}\n`,
      `Channel type ${channel.type}. Capability bits: ${capabilities.join(', ') || 'none'}. ` +
        `A client's body has at most ${channel.clientMaxBody} bytes.\n`,
      `From the server:\n\n${writer.messages(channel.server, null)}`,
      `From the client:\n\n${writer.messages(channel.client, channel.clientMaxBody)}`,
    );
  }
  const { agent } = documentation;
  const agentBits = Object.entries(agent.capabilities).map(([name, bit]) => `${bit} ${name}`);
  sections.push(
    "## The guest's agent\n",
    'Inside AGENT_DATA of the main channel: a header (u32 protocol 1, u32 type, u64 opaque, u32 size) and the body.\n',
    `Capability bits: ${agentBits.join(', ')}.\n`,
    `From the agent:\n\n${writer.messages(agent.server, null)}`,
    `To the agent:\n\n${writer.messages(agent.client, null)}`,
  );
  sections.push('## Building blocks\n', ...blocks.map(([name, kind]) => writer.block(name, kind)));
  return sections.join('\n');
};
