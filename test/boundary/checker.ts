import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { findCircles, reachable } from './graph.js';
import type { Layer, Rule, Rules } from './rules.js';
import { type FileFacts, type ImportFact, readFacts } from './source-facts.js';
import { isTestFile, type SourceTree } from './source-tree.js';

export interface Violation {
  readonly rule: Rule;
  readonly file: string;
  readonly line: number;
  /** What an exception would have to name. */
  readonly subject: string;
  readonly message: string;
}

export interface Report {
  readonly violations: readonly Violation[];
  /** Files and functions longer than the house likes, for eyes only. */
  readonly long: readonly string[];
}

const softLimits = { fileLines: 450, functionLines: 80 };

/** A file or folder, or a file whose name begins so: 'link/certificate' holds link/certificate-store.ts. */
const isIn = (file: string, place: string): boolean =>
  file === place || ['/', '.', '-'].some((next) => file.startsWith(place + next));
const folderOf = (file: string): string => file.split('/')[1] ?? '';
const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0] ?? '');
const packageNameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

class Checker {
  readonly violations: Violation[] = [];
  readonly #tree: SourceTree;
  readonly #rules: Rules;
  readonly #graph = new Map<string, string[]>();

  constructor(tree: SourceTree, rules: Rules, facts: ReadonlyMap<string, FileFacts>) {
    this.#tree = tree;
    this.#rules = rules;
    for (const [file, { imports, globals }] of facts) {
      this.#graph.set(file, []);
      for (const fact of imports) this.#checkImport(file, fact);
      if (!this.#isSansIo(file)) continue;
      for (const { name, line } of globals) {
        this.#report('sans-io', file, line, name, `uses ${name}; it has to come as an argument`);
      }
    }
    this.#checkLayersKnown();
    for (const circle of findCircles(this.#graph)) {
      const way = circle.join(' -> ');
      this.#report('circle', circle[0] ?? '', 1, way, `imports itself: ${way}`);
    }
    for (const { entry, file } of rules.lazy) {
      if (!reachable(this.#graph, entry).has(file)) continue;
      this.#report('lazy', entry, 1, file, `loads ${file}`);
    }
    this.#applyExceptions();
  }

  #report(rule: Rule, file: string, line: number, subject: string, message: string): void {
    this.violations.push({ rule, file, line, subject, message });
  }

  #isSansIo(file: string): boolean {
    return this.#rules.sansIo.some((place) => isIn(file, place));
  }

  #checkImport(file: string, fact: ImportFact): void {
    const { specifier, line, form } = fact;
    if (specifier === null) {
      this.#report('computed-import', file, line, form, `the target of this ${form} is computed`);
    } else if (form === 'url' || specifier.startsWith('.')) {
      this.#checkRelative(file, specifier, fact);
    } else if (isBuiltin(specifier)) {
      // What `createRequire` makes may be called anything, so its import is what can be seen of it.
      if (specifier === 'node:module') {
        this.#report(
          'computed-import',
          file,
          line,
          specifier,
          `imports ${specifier}, which can load anything`,
        );
      }
      if (this.#isSansIo(file)) {
        this.#report(
          'sans-io',
          file,
          line,
          specifier,
          `imports ${specifier} in code without input and output`,
        );
      }
    } else this.#checkPackage(file, specifier, line);
  }

  #checkRelative(file: string, specifier: string, { line, form }: ImportFact): void {
    const target = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
    const home = `packages/${folderOf(file)}/`;
    if (!target.startsWith(home)) {
      const other = target.startsWith('packages/') ? folderOf(target) : null;
      const allowed = other === null || this.#rules.arrows[folderOf(file)]?.includes(other);
      const rule = allowed ? 'deep-import' : 'arrow';
      this.#report(rule, file, line, specifier, `${specifier} leaves the package`);
      return;
    }
    if (isTestFile(target)) {
      this.#report('test-import', file, line, specifier, `imports ${specifier}, which only tests have`);
    }
    if (!this.#tree.files.has(target)) return;
    // A worker thread's first file is loaded apart: it may import what starts it.
    if (form !== 'url') this.#graph.get(file)?.push(target);
    this.#checkLayer(file, target, specifier, line);
  }

  #checkPackage(file: string, specifier: string, line: number): void {
    const name = packageNameOf(specifier);
    const other = [...this.#tree.packages].find(([, manifest]) => manifest.name === name);
    if (other === undefined) {
      const places = this.#rules.thirdParty.filter((entry) => entry.package === name);
      if (places.some(({ place }) => isIn(file, place))) return;
      const allowed = places.map(({ place }) => place).join(', ') || 'nowhere';
      this.#report('third-party', file, line, specifier, `imports ${name}, allowed in: ${allowed}`);
      return;
    }
    const [folder, manifest] = other;
    if (!this.#rules.arrows[folderOf(file)]?.includes(folder)) {
      this.#report('arrow', file, line, specifier, `${folderOf(file)} must not import ${folder}`);
    } else if (!manifest.exports.includes(`.${specifier.slice(name.length)}`)) {
      this.#report('deep-import', file, line, specifier, `${specifier} is not among the exports of ${name}`);
    }
  }

  /** Index from the bottom; null: the package has no layers, or none for this file. */
  #layerOf(file: string): { readonly index: number; readonly layer: Layer } | null {
    const path = file.split('/').slice(3).join('/');
    let best: { index: number; layer: Layer; length: number } | null = null;
    for (const [index, layer] of (this.#rules.layers[folderOf(file)] ?? []).entries()) {
      for (const place of layer.paths) {
        const holds = path === place || path.startsWith(`${place}/`);
        if (holds && place.length > (best?.length ?? 0)) best = { index, layer, length: place.length };
      }
    }
    return best;
  }

  #checkLayer(file: string, target: string, specifier: string, line: number): void {
    const from = this.#layerOf(file);
    const to = this.#layerOf(target);
    if (from === null || to === null || to.index <= from.index) return;
    const message = `'${from.layer.name}' must not import '${to.layer.name}', which is above it`;
    this.#report('layer', file, line, specifier, message);
  }

  #checkLayersKnown(): void {
    for (const file of this.#tree.files.keys()) {
      if (this.#rules.layers[folderOf(file)] === undefined || this.#layerOf(file) !== null) continue;
      this.#report('layer', file, 1, file, 'belongs to no layer; name its folder in rules.ts');
    }
  }

  #applyExceptions(): void {
    for (const exception of this.#rules.exceptions) {
      const { rule, file, subject, reason } = exception;
      const covered = this.violations.filter(
        (found) => found.rule === rule && found.file === file && found.subject === subject,
      );
      for (const found of covered) this.violations.splice(this.violations.indexOf(found), 1);
      if (covered.length > 0) continue;
      const message = `the exception for ${rule} '${subject}' (${reason}) is not needed`;
      this.#report('stale-exception', file, 1, subject, message);
    }
  }
}

function longParts(facts: ReadonlyMap<string, FileFacts>): string[] {
  const long: string[] = [];
  for (const [file, { lines, functions }] of facts) {
    if (file.includes('/generated/')) continue;
    if (lines > softLimits.fileLines) long.push(`${file}: ${lines} lines`);
    for (const { name, line, lines: length } of functions) {
      if (length > softLimits.functionLines) long.push(`${file}:${line}: ${name} has ${length} lines`);
    }
  }
  return long;
}

/** Holds a source tree against the rules. */
export function checkBoundaries(tree: SourceTree, rules: Rules): Report {
  const facts = readFacts(tree.files);
  return { violations: new Checker(tree, rules, facts).violations, long: longParts(facts) };
}

export const describeViolation = ({ rule, file, line, message }: Violation): string =>
  `${file}:${line}: [${rule}] ${message}`;
