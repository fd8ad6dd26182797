const reserved = new Set([
  'view',
  'reader',
  'writer',
  'value',
  'default',
  'delete',
  'in',
  'new',
  'switch',
  'type',
]);

/** The text of one function under construction: indented lines and names that are unique in it. */
export class Lines {
  readonly #lines: string[] = [];
  readonly #names = new Set<string>(reserved);
  #indent = 1;

  add(line: string): void {
    this.#lines.push('  '.repeat(this.#indent) + line);
  }

  /** A line whose text is known later only. */
  hole(): (line: string) => void {
    const index = this.#lines.length;
    const indent = '  '.repeat(this.#indent);
    this.#lines.push('');
    return (line) => {
      this.#lines[index] = indent + line;
    };
  }

  block(head: string, body: () => void): void {
    this.add(`${head} {`);
    this.#indent++;
    body();
    this.#indent--;
    this.add('}');
  }

  /** `base`, or `base2`, `base3`... when it is taken. */
  name(base: string): string {
    let name = base;
    for (let n = 2; this.#names.has(name); n++) name = `${base}${n}`;
    this.#names.add(name);
    return name;
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}

export const capitalize = (text: string): string => text[0].toUpperCase() + text.slice(1);
