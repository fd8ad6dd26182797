/**
 * What each source file imports, which globals it uses and how long its functions are, read off TypeScript's own
 * syntax trees. The compiler's programming interface is still called unstable: this file alone knows it.
 */
import {
  type CallExpression,
  type Identifier,
  isBindingElement,
  isCallExpression,
  isExportDeclaration,
  isExportSpecifier,
  isExternalModuleReference,
  isFunctionLikeDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportSpecifier,
  isImportTypeNode,
  isLiteralTypeNode,
  isMetaProperty,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isQualifiedName,
  isShorthandPropertyAssignment,
  isStringLiteral,
  isTypeQueryNode,
  isTypeReferenceNode,
  isVariableDeclaration,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API, type Checker, SymbolFlags } from 'typescript/unstable/sync';

export interface ImportFact {
  /** null: computed while running. */
  readonly specifier: string | null;
  readonly line: number;
  /** url: `new URL('./x.js', import.meta.url)`, as worker threads are started. */
  readonly form: 'import' | 'export' | 'type' | 'dynamic' | 'require' | 'resolve' | 'url';
}
export interface GlobalFact {
  /** 'setTimeout', 'process', 'Date.now', 'new Date'. */
  readonly name: string;
  readonly line: number;
}
export interface FunctionFact {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}
export interface FileFacts {
  readonly lines: number;
  readonly imports: readonly ImportFact[];
  readonly globals: readonly GlobalFact[];
  readonly functions: readonly FunctionFact[];
}

/** Globals that reach outside the program, whatever is done with them. */
const impureGlobals = new Set([
  'BroadcastChannel',
  'EventSource',
  'MessageChannel',
  'WebSocket',
  'Worker',
  'XMLHttpRequest',
  'crypto',
  'fetch',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);
/** Globals of which some members do. */
const impureMembers = new Map([
  ['AbortSignal', new Set(['timeout'])],
  ['Atomics', new Set(['wait', 'waitAsync'])],
  ['Date', new Set(['now'])],
  ['Math', new Set(['random'])],
]);

class FileReader {
  readonly imports: ImportFact[] = [];
  readonly globals: GlobalFact[] = [];
  readonly functions: FunctionFact[] = [];
  readonly #file: SourceFile;
  readonly #checker: Checker;

  constructor(file: SourceFile, checker: Checker) {
    this.#file = file;
    this.#checker = checker;
    this.#visit(file);
  }

  #line(position: number): number {
    return this.#file.getLineAndCharacterOfPosition(position).line + 1;
  }

  #visit(node: Node): void {
    this.#readImport(node);
    if (isIdentifier(node)) this.#readGlobal(node);
    if (isFunctionLikeDeclaration(node) && node.body !== undefined) this.#readFunction(node);
    node.forEachChild((child) => this.#visit(child));
  }

  #addImport(node: Node, form: ImportFact['form'], specifier: Node | undefined): void {
    const line = this.#line(node.getStart(this.#file));
    const literal =
      specifier !== undefined && (isStringLiteral(specifier) || isNoSubstitutionTemplateLiteral(specifier));
    this.imports.push({ form, specifier: literal ? specifier.text : null, line });
  }

  #readImport(node: Node): void {
    if (isImportDeclaration(node)) this.#addImport(node, 'import', node.moduleSpecifier);
    else if (isExportDeclaration(node)) {
      if (node.moduleSpecifier !== undefined) this.#addImport(node, 'export', node.moduleSpecifier);
    } else if (isExternalModuleReference(node)) this.#addImport(node, 'require', node.expression);
    else if (isImportTypeNode(node)) {
      const { argument } = node;
      this.#addImport(node, 'type', isLiteralTypeNode(argument) ? argument.literal : undefined);
    } else if (isCallExpression(node)) this.#readCall(node);
    else if (isNewExpression(node) && node.expression.getText(this.#file) === 'URL') {
      const [path, base] = node.arguments ?? [];
      if (base?.getText(this.#file) === 'import.meta.url') this.#addImport(node, 'url', path);
    }
  }

  #readCall(node: CallExpression): void {
    const { expression } = node;
    if (expression.kind === SyntaxKind.ImportKeyword) this.#addImport(node, 'dynamic', node.arguments[0]);
    else if (isIdentifier(expression) && expression.text === 'require') {
      this.#addImport(node, 'require', node.arguments[0]);
    } else if (
      isPropertyAccessExpression(expression) &&
      isMetaProperty(expression.expression) &&
      expression.name.text === 'resolve'
    ) {
      this.#addImport(node, 'resolve', node.arguments[0]);
    }
  }

  #readGlobal(identifier: Identifier): void {
    const { text, parent } = identifier;
    const members = impureMembers.get(text);
    const ofGlobalThis =
      isPropertyAccessExpression(parent) && parent.expression.getText(this.#file) === 'globalThis';
    if (members === undefined && !impureGlobals.has(text)) return;
    if (isImportSpecifier(parent) || isExportSpecifier(parent) || isBindingElement(parent)) return;
    const isName = 'name' in parent && parent.name === identifier;
    if (isName && !ofGlobalThis && !isShorthandPropertyAssignment(parent)) return;
    if (isTypeReferenceNode(parent) || isTypeQueryNode(parent) || isQualifiedName(parent)) return;
    const name = members === undefined ? text : this.#impureMember(identifier, members, ofGlobalThis);
    if (name === null) return;
    const declared = this.#checker.resolveName(text, SymbolFlags.Value, identifier);
    if (declared !== undefined && !ofGlobalThis) return;
    this.globals.push({ name, line: this.#line(identifier.getStart(this.#file)) });
  }

  /** How a global with good and bad members is used; null: in a good way. */
  #impureMember(identifier: Identifier, members: ReadonlySet<string>, ofGlobalThis: boolean): string | null {
    const owner = ofGlobalThis ? identifier.parent : identifier;
    const use = owner.parent;
    if (isPropertyAccessExpression(use) && use.expression === owner) {
      return members.has(use.name.text) ? `${identifier.text}.${use.name.text}` : null;
    }
    if (isVariableDeclaration(use) && use.initializer === owner) {
      return this.#takenFrom(identifier.text, members, use.name);
    }
    const called = (isNewExpression(use) || isCallExpression(use)) && use.expression === owner;
    return called && identifier.text === 'Date' ? 'new Date' : null;
  }

  /** What `const { random } = Math` takes; a new name for the whole can't be followed. */
  #takenFrom(global: string, members: ReadonlySet<string>, pattern: Node): string | null {
    if (!isObjectBindingPattern(pattern)) return global;
    for (const { dotDotDotToken, propertyName, name } of pattern.elements) {
      const member = (propertyName ?? name)?.getText(this.#file) ?? '';
      if (dotDotDotToken !== undefined) return global;
      if (members.has(member)) return `${global}.${member}`;
    }
    return null;
  }

  #readFunction(node: Node & { readonly name?: Node }): void {
    const line = this.#line(node.getStart(this.#file));
    const name = node.name ?? ('name' in node.parent ? (node.parent.name as Node | undefined) : undefined);
    this.functions.push({
      name: name?.getText(this.#file) ?? '(anonymous)',
      line,
      lines: this.#line(node.getEnd()) - line + 1,
    });
  }
}

/** One compiler for all trees: it ends with the process. */
const fileSystem = createVirtualFileSystem({});
let compiler: API | null = null;
let trees = 0;

/** The facts of each file, by the same paths. The files need not be complete or free of type errors. */
export function readFacts(files: ReadonlyMap<string, string>): Map<string, FileFacts> {
  compiler ??= new API({ fs: fileSystem });
  const root = `/tree${trees++}`;
  const configuration = `${root}/tsconfig.json`;
  // Without the standard library a name that nothing declares is a global.
  const compilerOptions = { noLib: true, noResolve: true, types: [], module: 'nodenext', target: 'esnext' };
  fileSystem.writeFile?.(configuration, JSON.stringify({ compilerOptions, files: [...files.keys()] }));
  for (const [path, text] of files) fileSystem.writeFile?.(`${root}/${path}`, text);
  const project = compiler.updateSnapshot({ openProject: configuration }).getProject(configuration);
  const facts = new Map<string, FileFacts>();
  for (const [path, text] of files) {
    const file = project?.program.getSourceFile(`${root}/${path}`);
    if (project === undefined || file === undefined) throw new Error(`no syntax tree of ${path}`);
    const { imports, globals, functions } = new FileReader(file, project.checker);
    facts.set(path, { lines: text.split('\n').length, imports, globals, functions });
  }
  return facts;
}
