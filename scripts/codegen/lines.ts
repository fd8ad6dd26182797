const reserved = [
  'view',
  'reader',
  'writer',
  'value',
  'type',
  'default',
  'delete',
  'in',
  'new',
  'switch',
  'undefined',
];

/** The text of one function under construction: indented lines, and names that are unique in it. */
export class Lines {
  readonly #lines: string[] = [];
  readonly #names: Set<string>;
  #indent = 1;

  constructor(taken: readonly string[] = []) {
    this.#names = new Set([...reserved, ...taken]);
  }

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

  /** The lines, each with its line end. */
  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }
}

export const capitalize = (text: string): string => text[0].toUpperCase() + text.slice(1);
export const lastPart = (path: string): string => path.split('.').at(-1) as string;
