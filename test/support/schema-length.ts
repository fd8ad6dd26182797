/** Lengths that follow from other fields, computed by walking the declaration. */
import type { schema } from '@lazyspice/core';

export type Values = Readonly<Record<string, unknown>>;

export const fieldsInLength = (length: schema.Length): string[] => {
  switch (length.op) {
    case 'field':
      return [length.name];
    case 'by-flag':
      return [];
    case 'bytes-of-bits':
      return fieldsInLength(length.of);
    default:
      return [...fieldsInLength(length.left), ...fieldsInLength(length.right)];
  }
};

export const evaluateLength = (length: schema.Length, values: Values): number => {
  switch (length.op) {
    case 'field':
      return values[length.name] as number;
    case 'by-flag': {
      const flags = values[length.flags] as number;
      return length.cases.find(([bit]) => (flags & bit) !== 0)?.[1] ?? 0;
    }
    case 'bytes-of-bits':
      return Math.ceil(evaluateLength(length.of, values) / 8);
    case 'times':
      return evaluateLength(length.left, values) * evaluateLength(length.right, values);
    case 'minus':
      return evaluateLength(length.left, values) - evaluateLength(length.right, values);
  }
};
