import { type ModuleEntry, moduleInterfaceVersion } from './definitions.js';
import { ModuleError } from './errors.js';

/** Imports a module's entry file and checks that it was built for this interface version. */
export async function importEntry(name: string, url: string): Promise<ModuleEntry> {
  const namespace = (await import(url)) as { lazyspiceModule?: ModuleEntry };
  const entry = namespace.lazyspiceModule;
  if (entry === undefined) {
    throw new ModuleError('ERR_MODULE_LOAD', name, `module '${name}' exports no lazyspiceModule`);
  }
  if (entry.interfaceVersion !== moduleInterfaceVersion) {
    throw new ModuleError(
      'ERR_MODULE_VERSION',
      name,
      `module '${name}' is built for interface version ${entry.interfaceVersion}, ` +
        `this core has version ${moduleInterfaceVersion}`,
    );
  }
  return entry;
}
