import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { builtinModules, type ModuleDefinition, type ModuleEntry } from './definitions.js';
import { importEntry } from './entry.js';
import { ModuleError } from './errors.js';
import { type Isolate, type IsolateLimits, startInline, startWorker } from './isolate.js';

export type Isolation = 'worker' | 'inline';

export interface ModuleTableOptions {
  readonly modules?: readonly ModuleDefinition[];
  /** Where packages are looked for: a file URL or path; default: beside core itself. */
  readonly resolveFrom?: string;
  /** Default `worker`. */
  readonly isolation?: Isolation;
  readonly limits?: IsolateLimits;
}

/** A loaded module: an isolate has a port, one in the emulator's thread its entry. */
export interface LoadedModule {
  readonly name: string;
  readonly isolate: Isolate | null;
  readonly entry: ModuleEntry | null;
}

export interface ModuleEvents {
  'module-loaded': [name: string];
  'module-unloaded': [name: string];
  'module-crashed': [name: string, reason: string];
}

/**
 * Name → module. Nothing is imported before `load`; a module is loaded once, after what it requires;
 * concurrent loads share one. A crashed isolate leaves the table and can be loaded again.
 */
export class ModuleTable extends EventEmitter<ModuleEvents> {
  readonly #definitions: ReadonlyMap<string, ModuleDefinition>;
  readonly #loads = new Map<string, Promise<LoadedModule>>();
  readonly #resolveFrom: string;
  readonly #isolation: Isolation;
  readonly #limits: IsolateLimits;

  constructor(options: ModuleTableOptions = {}) {
    super();
    this.#definitions = new Map((options.modules ?? builtinModules).map((m) => [m.name, m]));
    this.#resolveFrom = options.resolveFrom ?? import.meta.url;
    this.#isolation = options.isolation ?? 'worker';
    this.#limits = options.limits ?? {};
  }

  isLoaded(name: string): boolean {
    return this.#loads.has(name);
  }

  /**
   * Loads `name` and what it requires. `requestedBy` names who asked, for the error.
   * @throws ModuleError when it is unknown, missing, refused or fails to start.
   */
  load(name: string, requestedBy: string): Promise<LoadedModule> {
    return this.#load(name, requestedBy, []);
  }

  #load(name: string, requestedBy: string, path: readonly string[]): Promise<LoadedModule> {
    if (path.includes(name)) {
      const circle = [...path, name].join(' -> ');
      return Promise.reject(
        new ModuleError('ERR_MODULE_CIRCLE', name, `modules require each other: ${circle}`),
      );
    }
    const known = this.#loads.get(name);
    if (known !== undefined) return known;
    const definition = this.#definitions.get(name);
    if (definition === undefined) {
      const message = `unknown module '${name}', asked for by ${requestedBy}`;
      return Promise.reject(new ModuleError('ERR_MODULE_UNKNOWN', name, message));
    }
    const load = this.#start(definition, requestedBy, path);
    this.#loads.set(name, load);
    load.then(
      () => this.emit('module-loaded', name),
      () => this.#loads.delete(name),
    );
    return load;
  }

  async #start(
    definition: ModuleDefinition,
    requestedBy: string,
    path: readonly string[],
  ): Promise<LoadedModule> {
    const { name } = definition;
    for (const required of definition.requires) {
      await this.#load(required, `module '${name}'`, [...path, name]);
    }
    const url = this.#resolve(definition, requestedBy);
    try {
      return await this.#open(definition, url);
    } catch (error) {
      const code = error instanceof ModuleError ? error.code : 'ERR_MODULE_LOAD';
      const reason = error instanceof Error ? error.message : String(error);
      const message = `module '${name}', asked for by ${requestedBy}, failed to load: ${reason}`;
      throw new ModuleError(code, name, message, error);
    }
  }

  async #open({ name, placement }: ModuleDefinition, url: string): Promise<LoadedModule> {
    if (placement === 'emulator') return { name, isolate: null, entry: await importEntry(name, url) };
    if (this.#isolation === 'inline') return { name, isolate: await startInline(name, url), entry: null };
    const isolate = await startWorker(name, url, this.#limits, (reason) => {
      this.#loads.delete(name);
      this.emit('module-crashed', name, reason);
    });
    return { name, isolate, entry: null };
  }

  #resolve(definition: ModuleDefinition, requestedBy: string): string {
    if (definition.specifier.startsWith('file:')) return definition.specifier;
    try {
      return pathToFileURL(createRequire(this.#resolveFrom).resolve(definition.specifier)).href;
    } catch (error) {
      throw new ModuleError(
        'ERR_MODULE_MISSING',
        definition.name,
        `module '${definition.name}', asked for by ${requestedBy}, is not installed: ` +
          `run 'npm install ${definition.install}'`,
        error,
      );
    }
  }

  /** Ends a module. One in the emulator's thread is only forgotten: its code stays until the process ends. */
  async unload(name: string): Promise<void> {
    const load = this.#loads.get(name);
    if (load === undefined) return;
    this.#loads.delete(name);
    const loaded = await load.catch(() => null);
    if (loaded === null) return;
    await loaded.isolate?.end();
    this.emit('module-unloaded', name);
  }
}
