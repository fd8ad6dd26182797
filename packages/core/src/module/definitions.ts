/** The version of the contracts between core and its modules. A module built for another one is refused. */
export const moduleInterfaceVersion = 1;

/** Where a module's code runs. */
export type Placement =
  /** In a worker thread of its own, or inline when the table says so; it is spoken to by messages only. */
  | 'isolate'
  /** In the emulator's thread: devices that answer I/O instructions. */
  | 'emulator';

export interface ModuleDefinition {
  readonly name: string;
  /** Modules that must be loaded before this one. */
  readonly requires: readonly string[];
  /** What is imported, resolved from the table's `resolveFrom`. */
  readonly specifier: string;
  readonly placement: Placement;
  /** The npm package to install when it is missing. */
  readonly install: string;
}

/** What a module's entry file exports as `lazyspiceModule`. */
export interface ModuleEntry {
  readonly name: string;
  readonly interfaceVersion: number;
  /** Isolates: starts the module; it speaks through `port` until the port closes. */
  start?(port: import('node:worker_threads').MessagePort): void;
}

/** The modules of this project. Embedders may give a table of their own. */
export const builtinModules: readonly ModuleDefinition[] = [
  {
    name: 'spice-server',
    requires: [],
    specifier: '@lazyspice/spice-server/module',
    placement: 'isolate',
    install: '@lazyspice/spice-server',
  },
  {
    name: 'qxl',
    requires: ['spice-server'],
    specifier: '@lazyspice/qxl/module',
    placement: 'emulator',
    install: '@lazyspice/qxl',
  },
  {
    name: 'spice-codecs',
    requires: [],
    specifier: '@lazyspice/spice-server/codec-tools',
    placement: 'emulator',
    install: '@lazyspice/spice-server',
  },
  {
    name: 'spice-certificate',
    requires: [],
    specifier: '@lazyspice/spice-server/certificate-tools',
    placement: 'emulator',
    install: '@lazyspice/spice-server',
  },
  {
    name: 'v86',
    requires: [],
    specifier: '@lazyspice/v86/module',
    placement: 'emulator',
    install: '@lazyspice/v86',
  },
  {
    name: 'qemu',
    requires: [],
    specifier: '@lazyspice/qemu/module',
    placement: 'emulator',
    install: '@lazyspice/qemu',
  },
];
