import { expect, test } from 'vitest';
import { describeSpiceOptions, type SpiceOptionDescription } from './describe.js';
import { optionNames } from './option-table.js';

const cell = (text: string) => text.replaceAll('|', '\\|');

function row(option: SpiceOptionDescription): string {
  const remarks = [
    option.text,
    ...(option.repeatable ? ['Repeatable.'] : []),
    ...(option.since === 'newer QEMU' ? ['Known to newer versions of QEMU only.'] : []),
    ...(option.since === 'lazyspice' ? ['Not in QEMU.'] : []),
  ].join(' ');
  const values = option.values.startsWith('<') ? option.values.slice(1, -1) : `\`${option.values}\``;
  return `| \`${option.name}\` | ${cell(values)} | ${cell(option.absent)} | ${cell(remarks)} |`;
}

function optionsPage(): string {
  const options = describeSpiceOptions();
  const groups = [...new Set(options.map(({ group }) => group))];
  return [
    '# The options of `--spice`',
    '',
    '<!-- Made from packages/core/src/options; to renew: npx vitest run packages/core/src/options -u -->',
    '',
    "`--spice` takes the text that QEMU's `-spice` takes:",
    '',
    '```',
    'lazyspice run --spice port=5930,disable-ticketing=on,image-compression=auto_glz',
    '```',
    '',
    '- Pairs of `key=value`, with commas between them. A comma inside a value is written twice: `,,`.',
    '- A switch takes `on`, `yes`, `true` or `y`, and `off`, `no`, `false` or `n`. Its name alone switches it on, its name with `no` before it off.',
    '- Numbers may be decimal, hexadecimal (`0x1770`) or octal (`010`).',
    '- Of an option given twice the last counts, except for those marked repeatable.',
    '- An unknown option, a bad value or a contradiction is refused, with the words QEMU uses. QEMU quietly ignores `port` beside `unix=on`, and `ipv6` beside `ipv4`; here they are refused.',
    '',
    'Three defaults differ from QEMU: without `addr` only this machine can connect, port 0 picks a free port, and images are compressed with `auto` instead of `auto_glz`.',
    'The shortest useful forms are `port=5930,password=secret` and, for everybody who can reach the port, `port=5930,disable-ticketing=on`.',
    ...groups.flatMap((group) => [
      '',
      `## ${group}`,
      '',
      '| Option | Values | If absent | Meaning |',
      '| --- | --- | --- | --- |',
      ...options.filter((option) => option.group === group).map(row),
    ]),
    '',
  ].join('\n');
}

test('every option is described once', () => {
  expect(
    describeSpiceOptions()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...optionNames].sort());
});

test('docs/options.md is up to date', async () => {
  await expect(optionsPage()).toMatchFileSnapshot('../../../../docs/options.md');
});
