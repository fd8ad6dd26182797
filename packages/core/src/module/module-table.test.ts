import { once } from 'node:events';
// From the build: a worker thread starts from a file of the built package.
import { type Isolation, type LoadedModule, type ModuleDefinition, ModuleTable } from '@lazyspice/core';
import { beforeEach, describe, expect, it } from 'vitest';

const fixture = (name: string): string => new URL(`./fixtures/${name}.mjs`, import.meta.url).href;
const define = (name: string, rest: Partial<ModuleDefinition> = {}): ModuleDefinition => ({
  name,
  requires: [],
  specifier: fixture('echo-module'),
  placement: 'isolate',
  install: `@lazyspice/${name}`,
  ...rest,
});
const modules: readonly ModuleDefinition[] = [
  define('echo'),
  define('needs-echo', { requires: ['echo'], placement: 'emulator' }),
  define('old', { specifier: fixture('old-module') }),
  define('broken', { specifier: fixture('broken-module') }),
  define('missing', { specifier: '@lazyspice/does-not-exist' }),
  define('left', { requires: ['right'] }),
  define('right', { requires: ['left'] }),
];

async function ask({ isolate }: LoadedModule, message: string): Promise<unknown> {
  const answer = once(isolate!.port, 'message');
  isolate!.port.postMessage(message);
  return (await answer)[0];
}

describe.each<Isolation>(['worker', 'inline'])('a module table with %s isolation', (isolation) => {
  let table: ModuleTable;
  let events: string[];
  beforeEach(() => {
    table = new ModuleTable({ modules, isolation, limits: { maxOldGenerationSizeMb: 32 } });
    events = [];
    table.on('module-loaded', (name) => events.push(`loaded ${name}`));
    table.on('module-unloaded', (name) => events.push(`unloaded ${name}`));
    table.on('module-crashed', (name) => events.push(`crashed ${name}`));
  });

  it('loads nothing by itself, and a module once for concurrent loads', async () => {
    expect(table.isLoaded('echo')).toBe(false);
    const [first, second] = await Promise.all([table.load('echo', 'a'), table.load('echo', 'b')]);
    expect(second).toBe(first);
    expect(await ask(first, 'hello')).toEqual({ echo: 'hello' });
    await table.unload('echo');
    expect(table.isLoaded('echo')).toBe(false);
    expect(events).toEqual(['loaded echo', 'unloaded echo']);
  });

  it('loads what a module requires first', async () => {
    await table.load('needs-echo', 'a test');
    expect(events).toEqual(['loaded echo', 'loaded needs-echo']);
    await table.unload('echo');
  });

  it.each([
    ['nobody', 'ERR_MODULE_UNKNOWN', /unknown module 'nobody', asked for by a test/],
    ['missing', 'ERR_MODULE_MISSING', /'missing', asked for by a test, is not installed: run 'npm install/],
    ['old', 'ERR_MODULE_VERSION', /built for interface version 0/],
    ['broken', 'ERR_MODULE_LOAD', /'broken', asked for by a test, failed to load: .*broken on purpose/],
    ['left', 'ERR_MODULE_CIRCLE', /left -> right -> left/],
  ])('refuses module %s with %s', async (name, code, message) => {
    await expect(table.load(name, 'a test')).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(table.isLoaded(name)).toBe(false);
  });
});

describe('an isolated module that crashes', () => {
  it.each(['exit', 'throw', 'hoard'])(
    'by %s leaves the process running and can be loaded again',
    async (how) => {
      const table = new ModuleTable({ modules, limits: { maxOldGenerationSizeMb: 32 } });
      const loaded = await table.load('echo', 'a test');
      const crashed = once(table, 'module-crashed');
      loaded.isolate!.port.postMessage(how);
      expect((await crashed)[0]).toBe('echo');
      expect(table.isLoaded('echo')).toBe(false);
      expect(await ask(await table.load('echo', 'a test'), 'again')).toEqual({ echo: 'again' });
      await table.unload('echo');
    },
  );
});
