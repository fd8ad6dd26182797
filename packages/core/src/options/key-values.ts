/** One `key=value` of an option string. */
export interface KeyValue {
  readonly key: string;
  /** null: the key stands alone. */
  readonly value: string | null;
  /** Where the key begins, in UTF-16 units. */
  readonly offset: number;
}

/**
 * Splits QEMU's option syntax: `key=value` pairs with commas between them, `,,` in a value stands for one
 * comma, a key may stand alone, a comma at the end is ignored. Any text can be split.
 */
export function* splitKeyValues(text: string): Generator<KeyValue> {
  let position = 0;
  while (position < text.length) {
    const offset = position;
    while (position < text.length && text[position] !== '=' && text[position] !== ',') position++;
    const key = text.slice(offset, position);
    if (text[position] !== '=') {
      position++;
      yield { key, value: null, offset };
      continue;
    }
    let value = '';
    for (position++; position < text.length; position++) {
      if (text[position] === ',' && text[++position] !== ',') break;
      value += text[position];
    }
    yield { key, value, offset };
  }
}

/** The value as it stands in an option string. */
export const quoteValue = (value: string): string => value.replaceAll(',', ',,');
