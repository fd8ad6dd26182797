/** One item of QEMU's `a,b=c,...`; a name of null is the value that stands for itself. */
export interface OptionPair {
  readonly name: string | null;
  readonly value: string;
}

/**
 * Takes an option's text apart; a comma is doubled where it is meant. `first` is the name under which the first value
 * may be given, whose place is the first then.
 */
export function parseOptions(text: string, first: string): OptionPair[] {
  const pairs = splitItems(text).map((item): OptionPair => {
    const equals = item.indexOf('=');
    return equals < 0
      ? { name: null, value: item }
      : { name: item.slice(0, equals), value: item.slice(equals + 1) };
  });
  const named = pairs.findIndex((pair) => pair.name === first);
  if (named >= 0) {
    const [pair] = pairs.splice(named, 1);
    pairs.unshift({ name: null, value: pair.value });
  }
  return pairs;
}

function splitItems(text: string): string[] {
  const items: string[] = [];
  let item = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== ',') item += text[at];
    else if (text[at + 1] === ',') {
      item += ',';
      at++;
    } else {
      items.push(item);
      item = '';
    }
  }
  items.push(item);
  return items;
}

/** The text of an option. */
export const formatOptions = (pairs: readonly OptionPair[]): string =>
  pairs
    .map(({ name, value }) => {
      const escaped = value.replaceAll(',', ',,');
      return name === null ? escaped : `${name}=${escaped}`;
    })
    .join(',');
