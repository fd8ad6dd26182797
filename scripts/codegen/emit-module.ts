import { type ChannelTarget, channelFunctions } from './emit-channel.ts';
import { functionsOf } from './emit-functions.ts';
import type { EnumKind, StructKind, UnionKind } from './kinds.ts';
import { type DeclarationModule, Names } from './names.ts';

export interface CodecModule {
  /** Where the generated file goes, from the root of the repository. */
  readonly file: string;
  readonly declarations: readonly DeclarationModule[];
  /** Imports of the runtime: Reader, Writer, `Infer`, and `Body` where there are channels. */
  readonly imports: readonly string[];
  /** A line that declares `Infer` where it is not imported. */
  readonly infer: string | null;
  /** The structs and unions whose functions are exported. */
  readonly roots: readonly (StructKind | UnionKind)[];
  readonly channels: readonly ChannelTarget[];
}

const header =
  '// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.\n';

const emitEnumCheck = (kind: EnumKind, name: string): string => {
  const values = [...new Set(Object.values(kind.values))];
  const cases = values.map((value) => `    case ${value}:\n`).join('');
  const what = name.replace(/^check/, '');
  return (
    `function ${name}(reader: Reader, value: number): ${values.join(' | ')} {\n  switch (value) {\n${cases}` +
    `      return value;\n    default:\n      throw reader.unknownValue(value, '${what}');\n  }\n}\n`
  );
};

/** The text of one generated file. */
export const emitModule = (module: CodecModule): string => {
  const names = new Names(module.declarations);
  const exported = new Set(
    module.roots.map((root) => names.codec(root, root.kind === 'struct' ? 'struct' : 'inline')),
  );
  const functions = module.channels.flatMap((channel) => channelFunctions(channel, names));
  for (let target = names.next(); target !== undefined; target = names.next()) {
    const root = `code${target.name}(`;
    for (const text of functionsOf(target, names)) {
      const isRoot = exported.has(target.name) && text.slice(0, text.indexOf('(') + 1).endsWith(root);
      functions.push(isRoot ? `export ${text}` : text);
    }
  }
  const checks = [...names.enumChecks].map(([kind, name]) => emitEnumCheck(kind, name));
  const code = [...functions, ...checks].join('\n');
  const aliases = [...names.typeAliases].filter(([name]) => new RegExp(`\\b${name}\\b`).test(code));
  const types = aliases.map(([name, from]) => `type ${name} = Infer<typeof ${from}>;`);
  if (types.length > 0 && module.infer !== null) types.unshift(module.infer);
  const usedBy = `${types.join('\n')}\n${code}`;
  const imports = [
    ...module.imports.filter((line) => isUsed(line, usedBy)),
    ...module.declarations
      .filter(({ as }) => usedBy.includes(`typeof ${as}.`))
      .map(({ as, specifier }) => `import type * as ${as} from '${specifier}';`),
  ];
  const sections = [header, imports.join('\n'), types.join('\n'), code].filter((section) => section !== '');
  return sections.map((section) => (section.endsWith('\n') ? section : `${section}\n`)).join('\n');
};

/** Whether the code needs one of the names that an import line brings. */
const isUsed = (line: string, code: string): boolean => {
  const names = /\{ (.*) \}/.exec(line)?.[1].split(', ') ?? [];
  return names.some((name) => new RegExp(`\\b${name.replace('type ', '')}\\b`).test(code));
};
