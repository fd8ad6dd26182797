import { emitStructDecoder, emitUnionDecoders } from './emit-decoder.ts';
import { emitStructEncoder, emitUnionEncoders } from './emit-encoder.ts';
import type { EnumKind } from './kinds.ts';
import { type DeclarationModule, type Named, Names } from './names.ts';

export interface CodecModule {
  /** Where the generated file goes, from the root of the repository. */
  readonly file: string;
  readonly declarations: readonly DeclarationModule[];
  /** Import of Reader and Writer, and of `Infer`. */
  readonly imports: readonly string[];
  /** The structs and unions whose functions are exported. */
  readonly roots: readonly Named[];
}

const header =
  '// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.\n';

const emitEnumCheck = (kind: EnumKind, name: string): string => {
  const values = Object.values(kind.values);
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
  for (const root of module.roots) names.codec(root);
  const functions: string[] = [];
  for (let kind = names.next(); kind !== undefined; kind = names.next()) {
    const both =
      kind.kind === 'struct'
        ? [emitStructEncoder(kind, names), emitStructDecoder(kind, names)]
        : [emitUnionEncoders(kind, names), emitUnionDecoders(kind, names)];
    const exported = module.roots.includes(kind) ? 'export ' : '';
    functions.push(...both.map((text) => exported + text));
  }
  const imports = [
    ...module.imports,
    ...module.declarations.map(({ as, specifier }) => `import type * as ${as} from '${specifier}';`),
  ];
  const aliases = [...names.typeAliases].map(([name, from]) => `type ${name} = Infer<typeof ${from}>;\n`);
  const checks = [...names.enumChecks].map(([kind, name]) => emitEnumCheck(kind, name));
  return [header, `${imports.join('\n')}\n`, aliases.join(''), ...functions, ...checks].join('\n');
};
