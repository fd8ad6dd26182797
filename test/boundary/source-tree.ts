import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a package says of itself, as far as imports are concerned. */
export interface PackageManifest {
  readonly name: string;
  /** Sub-paths that others may import: '.', './monitor'. */
  readonly exports: readonly string[];
}

export interface SourceTree {
  /** By folder name under packages/. */
  readonly packages: ReadonlyMap<string, PackageManifest>;
  /** Text by path from the root: 'packages/core/src/index.ts'. Tests are not among them. */
  readonly files: ReadonlyMap<string, string>;
}

/** Tests, and what only tests use. */
export const isTestFile = (path: string): boolean => /\.test(?:-[a-z-]+)?\.ts$/.test(path);

/** Reads packages/*: manifests and the TypeScript sources that are shipped. */
export function readSourceTree(root: string): SourceTree {
  const packages = new Map<string, PackageManifest>();
  const files = new Map<string, string>();
  for (const folder of readdirSync(join(root, 'packages')).sort()) {
    const home = join(root, 'packages', folder);
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    packages.set(folder, { name: manifest.name, exports: Object.keys(manifest.exports) });
    if (!existsSync(join(home, 'src'))) continue;
    for (const path of readdirSync(join(home, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!path.endsWith('.ts') || isTestFile(path)) continue;
      files.set(`packages/${folder}/src/${path}`, readFileSync(join(home, 'src', path), 'utf8'));
    }
  }
  return { packages, files };
}
