// Compiles packages/spice-server/kernels to WebAssembly and writes it, as a module without file access, to
// packages/spice-server/src/codecs/generated/kernels.ts. Run it after every change of a kernel: a test compares
// the hash of the sources with the one written there.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const sourceFolder = join(root, 'packages/spice-server/kernels');
const target = join(root, 'packages/spice-server/src/codecs/generated/kernels.ts');

const options = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd,bulk-memory',
  '--importMemory',
  '--zeroFilledMemory',
  // addresses are 32 bits: mixing usize and u32 is what the kernels do all the time
  '--disableWarning',
  '201',
];

const names = readdirSync(sourceFolder)
  .filter((name) => name.endsWith('.ts'))
  .sort();
const sources = new Map(names.map((name) => [name, readFileSync(join(sourceFolder, name), 'utf8')]));

function hashSources() {
  const hash = createHash('sha256');
  for (const [name, text] of sources) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex');
}

async function compile() {
  let binary;
  const { error, stderr } = await asc.main(['index.ts', ...options, '--outFile', 'kernels.wasm'], {
    readFile: (name) => sources.get(name.replace(/^\.\//, '')) ?? null,
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
  });
  process.stderr.write(stderr.toString());
  if (error) throw error;
  return binary;
}

/** The exported functions with their parameters, read off the sources; every parameter is 32 bits wide. */
function exportedFunctions(binary) {
  const declarations = new Map();
  for (const text of sources.values()) {
    for (const [, name, parameters, result] of text.matchAll(
      /^export function (\w+)\(([^)]*)\): (\w+) \{$/gm,
    )) {
      const names = [...parameters.matchAll(/(\w+): (\w+)/g)];
      if (names.some(([, , type]) => !['i32', 'u32', 'usize', 'bool'].includes(type))) continue;
      const list = names.map(([, parameter]) => `${parameter}: number`).join(', ');
      declarations.set(name, `${name}(${list}): ${result === 'void' ? 'void' : 'number'};`);
    }
  }
  return WebAssembly.Module.exports(new WebAssembly.Module(binary))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => {
      const declaration = declarations.get(name);
      if (declaration === undefined) throw new Error(`no declaration of the kernel ${name} was found`);
      return `  ${declaration}`;
    });
}

/** The memory the module needs for its own data, from its import section. */
function initialPages(binary) {
  let at = 8;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skipName = () => {
    const length = leb();
    at += length;
  };
  while (at < binary.length) {
    const section = binary[at++];
    const size = leb();
    const end = at + size;
    if (section === 2) {
      leb();
      skipName();
      skipName();
      if (binary[at++] !== 2) throw new Error('the first import is not the memory');
      at++;
      return leb();
    }
    at = end;
  }
  throw new Error('the module imports no memory');
}

const binary = await compile();
const text = Buffer.from(binary).toString('base64');
writeFileSync(
  target,
  `// Written by scripts/build-kernels.mjs from packages/spice-server/kernels. Do not edit.

export interface KernelExports {
${exportedFunctions(binary).join('\n')}
}

/** SHA-256 of the kernel sources this was built from. */
export const sourceHash = '${hashSources()}';
/** 64 KiB pages that the module's own data takes; memory behind them is free. */
export const staticPages = ${initialPages(binary)};
/** The module, base64. */
export const kernelModule =
${text
  .match(/.{1,104}/g)
  .map((line) => `  '${line}'`)
  .join(' +\n')};
`,
);
process.stdout.write(`${target}: ${binary.length} bytes\n`);
