import type { JsonObject, JsonValue } from './json-value.js';
import { QmpError } from './qmp-error.js';

/** One argument of a command. */
export interface QmpParameter {
  readonly type: 'string' | 'integer' | 'boolean' | 'string-list' | 'list';
  readonly optional?: true;
  /** Of a string, or of each in a list: the only ones accepted. */
  readonly values?: readonly string[];
}
export type QmpParameters = Readonly<Record<string, QmpParameter>>;

type StringOf<P extends QmpParameter> = P['values'] extends readonly (infer V extends string)[] ? V : string;
type ValueOf<P extends QmpParameter> = {
  readonly string: StringOf<P>;
  readonly integer: number;
  readonly boolean: boolean;
  readonly 'string-list': readonly StringOf<P>[];
  readonly list: readonly JsonValue[];
}[P['type']];
/** The checked arguments; an optional one that was not given is absent. */
export type QmpArguments<P extends QmpParameters> = {
  readonly [N in keyof P as P[N]['optional'] extends true ? never : N]: ValueOf<P[N]>;
} & {
  readonly [N in keyof P as P[N]['optional'] extends true ? N : never]?: ValueOf<P[N]>;
};

function checkType(name: string, type: string, matches: boolean): void {
  if (matches) return;
  throw new QmpError('GenericError', `Invalid parameter type for '${name}', expected: ${type}`);
}

function checkString(name: string, value: JsonValue, { values }: QmpParameter): void {
  checkType(name, 'string', typeof value === 'string');
  if (values === undefined || values.some((known) => known === value)) return;
  throw new QmpError('GenericError', `Parameter '${name}' does not accept value '${value}'`);
}

function checkValue(name: string, value: JsonValue, parameter: QmpParameter): void {
  switch (parameter.type) {
    case 'string':
      checkString(name, value, parameter);
      break;
    case 'integer':
      checkType(name, 'integer', Number.isSafeInteger(value));
      break;
    case 'boolean':
      checkType(name, 'boolean', typeof value === 'boolean');
      break;
    case 'list':
      checkType(name, 'array', Array.isArray(value));
      break;
    case 'string-list': {
      const list = Array.isArray(value) ? (value as readonly JsonValue[]) : null;
      checkType(name, 'array', list !== null);
      for (const [index, element] of list?.entries() ?? []) {
        checkString(`${name}[${index}]`, element, parameter);
      }
    }
  }
}

/** Refuses what the declaration does not allow, in QEMU's words: a `QmpError` of class GenericError. */
export function checkArguments<P extends QmpParameters>(given: JsonObject, parameters: P): QmpArguments<P> {
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name];
    if (value !== undefined) checkValue(name, value, parameter);
    else if (parameter.optional !== true) {
      throw new QmpError('GenericError', `Parameter '${name}' is missing`);
    }
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(parameters, name)) {
      throw new QmpError('GenericError', `Parameter '${name}' is unexpected`);
    }
  }
  return given as unknown as QmpArguments<P>;
}
