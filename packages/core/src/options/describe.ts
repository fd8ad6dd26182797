import {
  type OptionDeclaration,
  type OptionGroup,
  optionGroups,
  optionNames,
  optionTable,
} from './option-table.js';
import { channelNames } from './spice-options.js';

/** One option, for `--help` and documentation. */
export interface SpiceOptionDescription {
  readonly name: string;
  readonly group: OptionGroup;
  /** `on|off`, `off|all|filter`, `0..65535`, `<text>`, ... */
  readonly values: string;
  /** What holds when it is not given. */
  readonly absent: string;
  readonly repeatable: boolean;
  readonly since: 'QEMU 7.2' | 'newer QEMU' | 'lazyspice';
  /** One or two sentences. */
  readonly text: string;
}

function valuesOf(declaration: OptionDeclaration): string {
  switch (declaration.kind) {
    case 'boolean':
      return 'on|off';
    case 'number':
      return `${declaration.min}..${declaration.max}`;
    case 'choice':
      return declaration.values.join('|');
    case 'channels':
      return channelNames.join('|');
    case 'codecs':
      return '<encoder:codec;...>';
    case 'text':
      return '<text>';
  }
}

function absentOf(declaration: OptionDeclaration): string {
  if ('absent' in declaration) return declaration.absent;
  if (declaration.kind === 'channels') return 'either';
  if (declaration.kind === 'boolean') return declaration.default ? 'on' : 'off';
  return declaration.default === null ? 'no such door' : String(declaration.default);
}

/** Every option of `-spice`, group by group. */
export function describeSpiceOptions(): readonly SpiceOptionDescription[] {
  const described = optionNames.map((name): SpiceOptionDescription => {
    const declaration: OptionDeclaration = optionTable[name];
    return {
      name,
      group: declaration.group,
      values: valuesOf(declaration),
      absent: absentOf(declaration),
      repeatable: declaration.kind === 'channels',
      since: declaration.since ?? 'QEMU 7.2',
      text: declaration.text,
    };
  });
  return optionGroups.flatMap((group) => described.filter((option) => option.group === group));
}
