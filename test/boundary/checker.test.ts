import { describe, expect, test } from 'vitest';
import { checkBoundaries } from './checker.js';
import type { BoundaryException, Rules } from './rules.js';
import type { PackageManifest } from './source-tree.js';

const packages = new Map<string, PackageManifest>([
  ['core', { name: '@x/core', exports: ['.', './monitor'] }],
  ['server', { name: '@x/server', exports: ['.'] }],
  ['cli', { name: '@x/cli', exports: ['.'] }],
]);
const rules: Rules = {
  arrows: { core: [], server: ['core'], cli: ['core'] },
  thirdParty: [
    { package: 'ws', place: 'packages/server/src/transport/websocket' },
    { package: '@scope/lib', place: 'packages/cli' },
  ],
  layers: {
    server: [
      { name: 'low', paths: ['low', 'high/base'] },
      { name: 'high', paths: ['high'] },
      { name: 'top', paths: ['transport', 'index.ts'] },
    ],
  },
  sansIo: ['packages/server/src/low', 'packages/core/src/pure'],
  lazy: [{ entry: 'packages/core/src/index.ts', file: 'packages/core/src/heavy.ts' }],
  exceptions: [],
};

function check(files: Record<string, string>, exceptions: readonly BoundaryException[] = []) {
  const tree = {
    packages,
    files: new Map(Object.entries(files).map(([path, text]) => [`packages/${path}`, text])),
  };
  return checkBoundaries(tree, { ...rules, exceptions });
}
const found = (files: Record<string, string>, exceptions?: readonly BoundaryException[]): string[] =>
  check(files, exceptions).violations.map(
    ({ rule, file, line, subject }) => `${rule} ${file}:${line} ${subject}`,
  );
/** Violations of one file, as 'rule subject'. */
const inFile = (path: string, text: string): string[] =>
  check({ [path]: text }).violations.map(({ rule, subject }) => `${rule} ${subject}`);

describe('arrows', () => {
  test('what is allowed', () => {
    expect(
      inFile('cli/src/a.ts', `import { a } from '@x/core'; import { b } from '@x/core/monitor';`),
    ).toEqual([]);
    expect(inFile('core/src/a.ts', `import './b.js'; import data from '../package.json';`)).toEqual([]);
    expect(inFile('cli/src/a.ts', `// import '@x/server';\nconst text = "import '@x/server'";`)).toEqual([]);
  });

  test.each([
    `import { a } from '@x/server';`,
    `import type { A } from '@x/server';`,
    `import '@x/server';`,
    `export { a } from '@x/server';`,
    `export * from '@x/server';`,
    `export type * from '@x/server';`,
    `const a = await import('@x/server');`,
    'const a = await import(`@x/server`);',
    `let a: import('@x/server').A;`,
    `let a: typeof import('@x/server');`,
    `import a = require('@x/server');`,
    `const a = require('@x/server');`,
    `const a = import.meta.resolve('@x/server');`,
  ])('by name: %s', (text) => {
    expect(inFile('cli/src/a.ts', text)).toEqual(['arrow @x/server']);
  });

  test('to itself by name', () => {
    expect(inFile('core/src/a.ts', `import '@x/core';`)).toEqual(['arrow @x/core']);
  });

  test('by relative path', () => {
    expect(inFile('cli/src/a.ts', `import '../../server/src/b.js';`)).toEqual([
      'arrow ../../server/src/b.js',
    ]);
    expect(inFile('cli/src/a.ts', `import '../../core/src/b.js';`)).toEqual([
      'deep-import ../../core/src/b.js',
    ]);
    expect(inFile('cli/src/a.ts', `import '../../../test/b.js';`)).toEqual([
      'deep-import ../../../test/b.js',
    ]);
    expect(inFile('cli/src/a.ts', `new Worker(new URL('../../server/src/b.js', import.meta.url));`)).toEqual([
      'arrow ../../server/src/b.js',
    ]);
  });

  test('past the exports', () => {
    expect(inFile('cli/src/a.ts', `import '@x/core/options/parse.js';`)).toEqual([
      'deep-import @x/core/options/parse.js',
    ]);
  });
});

test('third-party packages only in their places', () => {
  const ws = `import WebSocket from 'ws';`;
  expect(inFile('server/src/transport/websocket.ts', ws)).toEqual([]);
  expect(inFile('server/src/transport/websocket-frames.ts', ws)).toEqual([]);
  expect(inFile('server/src/transport/websocket/a.ts', `import 'ws/lib/x.js';`)).toEqual([]);
  expect(inFile('server/src/transport/tcp.ts', ws)).toEqual(['third-party ws']);
  expect(inFile('cli/src/a.ts', `import '@scope/lib/sub';`)).toEqual([]);
  expect(inFile('core/src/a.ts', `import '@scope/lib/sub';`)).toEqual(['third-party @scope/lib/sub']);
  expect(inFile('core/src/a.ts', `import type { A } from 'unheard-of';`)).toEqual(['third-party unheard-of']);
  expect(inFile('core/src/a.ts', `import 'node:fs'; import 'fs';`)).toEqual([]);
});

describe('circles', () => {
  test('of two, type-only imports included', () => {
    expect(
      found({
        'core/src/a.ts': `import type { B } from './b.js';\nexport type A = 1;`,
        'core/src/b.ts': `import type { A } from './a.js';\nexport type B = 1;`,
        'core/src/c.ts': `import './a.js';`,
      }),
    ).toEqual([
      'circle packages/core/src/a.ts:1 packages/core/src/a.ts -> packages/core/src/b.ts -> packages/core/src/a.ts',
    ]);
  });

  test('of one', () => {
    expect(found({ 'core/src/a.ts': `import('./a.js');` })).toEqual([
      'circle packages/core/src/a.ts:1 packages/core/src/a.ts -> packages/core/src/a.ts',
    ]);
  });

  test('of many, each once', () => {
    const files = {
      'core/src/a.ts': `export * from './b.js';`,
      'core/src/b.ts': `import './c.js'; import './d.js';`,
      'core/src/c.ts': `let a: import('./a.js').A;`,
      'core/src/d.ts': `import './e.js';`,
      'core/src/e.ts': '',
      'core/src/f.ts': `import './g.js';`,
      'core/src/g.ts': `import './f.js';`,
    };
    expect(check(files).violations.map(({ rule, file }) => `${rule} ${file}`)).toEqual([
      'circle packages/core/src/a.ts',
      'circle packages/core/src/f.ts',
    ]);
  });

  test('a diamond is none, nor is a worker that imports what starts it', () => {
    expect(
      found({
        'core/src/a.ts': `import './b.js'; import './c.js';`,
        'core/src/b.ts': `import './d.js';`,
        'core/src/c.ts': `import './d.js';`,
        'core/src/d.ts': `new Worker(new URL('./e.js', import.meta.url));`,
        'core/src/e.ts': `import type { D } from './d.js';`,
      }),
    ).toEqual([]);
  });
});

test('layers are imported downwards only', () => {
  expect(
    found({
      'server/src/low/a.ts': `import './b.js';\nimport '../high/base/c.js';`,
      'server/src/low/b.ts': `import type { D } from '../high/d.js';`,
      'server/src/high/base/c.ts': '',
      'server/src/high/d.ts': `import './base/c.js';\nimport '../transport/e.js';`,
      'server/src/transport/e.ts': `import '../high/base/c.js';`,
      'server/src/index.ts': `import './transport/e.js';\nnew Worker(new URL('./low/a.js', import.meta.url));`,
    }),
  ).toEqual([
    'layer packages/server/src/low/b.ts:1 ../high/d.js',
    'layer packages/server/src/high/d.ts:2 ../transport/e.js',
  ]);
  expect(found({ 'server/src/new/a.ts': '' })).toEqual([
    'layer packages/server/src/new/a.ts:1 packages/server/src/new/a.ts',
  ]);
});

describe('code without input and output', () => {
  test.each([
    [`import { connect } from 'node:net';`, 'node:net'],
    [`import type { Socket } from 'node:net';`, 'node:net'],
    [`import { readFile } from 'fs/promises';`, 'fs/promises'],
    [`const { Worker } = await import('node:worker_threads');`, 'node:worker_threads'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['const later = setInterval;', 'setInterval'],
    ['const { random: chance } = Math;', 'Math.random'],
    ['const { min, ...others } = Math;', 'Math'],
    ['const Clock = Date;', 'Date'],
    ['const later = (delay = setTimeout) => delay;', 'setTimeout'],
    ['const timers = { setImmediate };', 'setImmediate'],
    ['globalThis.queueMicrotask(() => {});', 'queueMicrotask'],
    ['const now = Date.now();', 'Date.now'],
    ['const now = globalThis.Date.now();', 'Date.now'],
    ['const now = [1].map(Date.now);', 'Date.now'],
    ['const now = new Date();', 'new Date'],
    ['const now = Date();', 'new Date'],
    ['const now = performance.now();', 'performance'],
    ['const chance = Math.random();', 'Math.random'],
    ['const bytes = crypto.getRandomValues(new Uint8Array(1));', 'crypto'],
    ['const { env } = process;', 'process'],
    ['const home = process.env.HOME;', 'process'],
    ['const signal = AbortSignal.timeout(1);', 'AbortSignal.timeout'],
    [`const page = await fetch('x');`, 'fetch'],
    ['const { port1 } = new MessageChannel();', 'MessageChannel'],
    ['Atomics.wait(words, 0, 0);', 'Atomics.wait'],
  ])('%s', (text, subject) => {
    expect(inFile('server/src/low/a.ts', `export {};\n${text}`)).toEqual([`sans-io ${subject}`]);
    expect(inFile('core/src/impure.ts', `export {};\n${text}`)).toEqual([]);
  });

  test.each([
    'export const step = (setTimeout: () => void) => setTimeout();',
    'export function step(crypto: { decrypt(): void }) { crypto.decrypt(); }',
    `import { process } from './x.js'; process.run();`,
    'export const step = (machine: { process(): void; now: Date }) => machine.process();',
    'export class Process { process(): void { this.process(); } }',
    'export const table = { process: 1, setTimeout: 2 };',
    'export const { min, max } = Math;',
    'export const year = Date.UTC(2000) + Math.max(1, 2);',
    'export let clock: typeof Date.now; export let worker: Worker; export let when: Date;',
    'Atomics.add(words, 0, 1); Atomics.notify(words, 0);',
    "export const text = 'setTimeout(Date.now())'; // Math.random()",
    'export const pattern = /process.env/; const text = `process.env`;',
    'export { setTimeout } from "./x.js"; const { setTimeout: later } = timers;',
    'export const is = (a: unknown) => a instanceof Date;',
  ])('may say %s', (text) => {
    expect(inFile('server/src/low/a.ts', text)).toEqual([]);
  });
});

test('imports whose target is computed', () => {
  expect(
    inFile(
      'core/src/a.ts',
      [
        `import { createRequire } from 'node:module';`,
        'await import(url);',
        'require(url);',
        'import.meta.resolve(url);',
        'new URL(url, import.meta.url);',
        'new URL(url, base);',
      ].join('\n'),
    ),
  ).toEqual([
    'computed-import node:module',
    'computed-import dynamic',
    'computed-import require',
    'computed-import resolve',
    'computed-import url',
  ]);
});

test('an entry does not load what is to be loaded on demand', () => {
  const files = { 'core/src/a.ts': `import './heavy.js';`, 'core/src/heavy.ts': '' };
  expect(found({ ...files, 'core/src/index.ts': `import './a.js';` })).toEqual([
    'lazy packages/core/src/index.ts:1 packages/core/src/heavy.ts',
  ]);
  expect(found({ ...files, 'core/src/index.ts': '' })).toEqual([]);
});

test('shipped code does not import tests', () => {
  expect(inFile('core/src/a.ts', `import './b.test.js'; import './b.test-support.js';`)).toEqual([
    'test-import ./b.test.js',
    'test-import ./b.test-support.js',
  ]);
});

test('an exception covers what it names, and must be needed', () => {
  const file = 'packages/server/src/low/a.ts';
  const files = { 'server/src/low/a.ts': `import 'node:net';\nsetTimeout(() => {}, 1);\nimport 'node:net';` };
  const reason = 'sample';
  expect(found(files, [{ rule: 'sans-io', file, subject: 'node:net', reason }])).toEqual([
    `sans-io ${file}:2 setTimeout`,
  ]);
  expect(
    found(files, [
      { rule: 'sans-io', file, subject: 'node:net', reason },
      { rule: 'sans-io', file, subject: 'setTimeout', reason },
      { rule: 'sans-io', file, subject: 'node:tls', reason },
      { rule: 'third-party', file: 'packages/server/src/low/gone.ts', subject: 'ws', reason },
    ]),
  ).toEqual([`stale-exception ${file}:1 node:tls`, 'stale-exception packages/server/src/low/gone.ts:1 ws']);
});

test('long files and functions are listed, generated ones are not', () => {
  const lines = (count: number) => 'let x;\n'.repeat(count);
  const { violations, long } = check({
    'core/src/long.ts': lines(450),
    'core/src/fits.ts': `export const fits = () => {\n${lines(78)}};`,
    'core/src/function.ts': `class A {\n  run() {\n${lines(79)}  }\n}\nexport const f = () => {\n${lines(80)}};`,
    'core/src/generated/long.ts': `function f() {\n${lines(500)}}`,
  });
  expect(violations).toEqual([]);
  expect(long).toEqual([
    'packages/core/src/long.ts: 451 lines',
    'packages/core/src/function.ts:2: run has 81 lines',
    'packages/core/src/function.ts:84: f has 82 lines',
  ]);
});
