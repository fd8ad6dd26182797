import { SpiceOptionError } from './option-error.js';
import type {
  ChoiceOption,
  CodecsOption,
  NumberOption,
  OptionDeclaration,
  TextOption,
} from './option-table.js';
import { channelNames, type VideoCodecChoice, videoCodecs, videoEncoders } from './spice-options.js';

/** An option as it was written. */
export interface WrittenOption {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

export type OptionValue = boolean | number | string | readonly VideoCodecChoice[] | null;

const utf8 = new TextEncoder();
export const byteLength = (text: string): number => utf8.encode(text).length;

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['on', 'yes', 'true', 'y'].map((word) => [word, true] as const),
  ...['off', 'no', 'false', 'n'].map((word) => [word, false] as const),
]);

function parseBoolean({ name, value, offset }: WrittenOption): boolean {
  const parsed = booleans.get(value);
  if (parsed === undefined) {
    throw new SpiceOptionError('value', name, offset, `Parameter '${name}' expects 'on' or 'off'`);
  }
  return parsed;
}

/** As strtoull with base 0: blanks, a sign, then decimal, 0x and hexadecimal, or 0 and octal. */
const integerSyntax =
  /^\s*(?<sign>[+-]?)(?:0[xX](?<hex>[0-9a-fA-F]+)|0(?<octal>[0-7]*)|(?<decimal>[1-9][0-9]*))$/;

function parseNumber({ name, value, offset }: WrittenOption, declaration: NumberOption): number {
  const groups = integerSyntax.exec(value)?.groups;
  if (groups === undefined) {
    throw new SpiceOptionError('value', name, offset, `Parameter '${name}' expects a number`);
  }
  const { sign, hex, octal, decimal } = groups;
  let number = Number(decimal ?? 0);
  if (hex !== undefined) number = Number.parseInt(hex, 16);
  else if (octal !== undefined && octal !== '') number = Number.parseInt(octal, 8);
  if (number >= 2 ** 64) {
    throw new SpiceOptionError(
      'range',
      name,
      offset,
      `Value '${value}' is too large for parameter '${name}'`,
    );
  }
  if (sign === '-' && number !== 0) number = -number;
  if (number < declaration.min || number > declaration.max) {
    throw new SpiceOptionError('range', name, offset, declaration.outOfRange);
  }
  return number;
}

/** An empty text is no text. */
function parseText({ name, value, offset }: WrittenOption, declaration: TextOption): string | null {
  if (value.includes('\0')) {
    throw new SpiceOptionError('value', name, offset, `Parameter '${name}' contains a NUL`);
  }
  if (byteLength(value) > declaration.maxBytes) {
    const limit = `longer than ${declaration.maxBytes} bytes`;
    throw new SpiceOptionError('range', name, offset, `Value of parameter '${name}' is ${limit}`);
  }
  return value === '' ? null : value;
}

function parseChoice({ name, value, offset }: WrittenOption, declaration: ChoiceOption<string>): string {
  if (!declaration.values.includes(value)) {
    throw new SpiceOptionError('value', name, offset, `${declaration.invalid}: ${value}`);
  }
  return value;
}

function parseChannel({ name, value, offset }: WrittenOption): string {
  if (!channelNames.some((channel) => channel === value)) {
    const message = `spice: failed to set channel security for ${value}`;
    throw new SpiceOptionError('value', name, offset, message);
  }
  return value;
}

function parseCodec(part: string): VideoCodecChoice | null {
  const [encoderName, codecName, ...rest] = part.split(':');
  const encoder = videoEncoders.find((known) => known === encoderName);
  const codec = videoCodecs.find((known) => known === codecName);
  return encoder === undefined || codec === undefined || rest.length > 0 ? null : { encoder, codec };
}

function parseCodecs({ name, value, offset }: WrittenOption, declaration: CodecsOption) {
  if (value === 'auto') return null;
  const parts = value.split(';').filter((part) => part !== '');
  const fail = (detail: string): never => {
    throw new SpiceOptionError('value', name, offset, `Invalid video codecs: ${detail}`);
  };
  if (parts.length === 0) return fail(value);
  if (parts.length > declaration.maxEntries) return fail(`more than ${declaration.maxEntries}`);
  return parts.map((part) => Object.freeze(parseCodec(part) ?? fail(part)));
}

/** The typed value of one written option. Throws `SpiceOptionError`. */
export function parseOptionValue(written: WrittenOption, declaration: OptionDeclaration): OptionValue {
  switch (declaration.kind) {
    case 'boolean':
      return parseBoolean(written);
    case 'number':
      return parseNumber(written, declaration);
    case 'text':
      return parseText(written, declaration);
    case 'choice':
      return parseChoice(written, declaration);
    case 'channels':
      return parseChannel(written);
    case 'codecs':
      return parseCodecs(written, declaration);
  }
}
