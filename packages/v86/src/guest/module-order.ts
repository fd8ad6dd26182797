import { EmulatorError } from '../errors.js';

/** A kernel module's name: its file's, without folders and endings, `-` written `_`. */
export function moduleName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_');
}

/** The names of the modules that a module file (ELF, not packed) says it needs, from its `.modinfo` section. */
export function moduleDependencies(file: Uint8Array): readonly string[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const key = '\0depends=';
  const at = bytes.indexOf(key, 0, 'latin1');
  if (at < 0) return [];
  const start = at + key.length;
  const end = bytes.indexOf(0, start);
  const text = bytes.toString('latin1', start, end < 0 ? bytes.length : end);
  return text.split(',').filter(Boolean).map(moduleName);
}

export interface ModuleTree {
  /** Module name → file. */
  readonly files: ReadonlyMap<string, string>;
  /** The names of modules that are part of the kernel. */
  readonly builtin: ReadonlySet<string>;
  /** The names a file needs. */
  dependencies(file: string): readonly string[];
}

/**
 * The files of the wanted modules and of all they need, each after what it needs. What is built into the kernel is
 * left out.
 * @throws EmulatorError ERR_V86_GUEST when one is nowhere, or when they need each other.
 */
export function moduleOrder(tree: ModuleTree, wanted: readonly string[]): string[] {
  const order: string[] = [];
  const entered = new Set<string>();
  const add = (name: string): void => {
    const file = tree.files.get(name);
    if (file === undefined) {
      if (tree.builtin.has(name)) return;
      throw new EmulatorError('ERR_V86_GUEST', `the kernel has no module ${name}`);
    }
    if (order.includes(file)) return;
    if (entered.has(name)) throw new EmulatorError('ERR_V86_GUEST', `module ${name} needs itself`);
    entered.add(name);
    tree.dependencies(file).forEach(add);
    order.push(file);
  };
  wanted.forEach(add);
  return order;
}
