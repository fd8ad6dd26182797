/** The laws of the design, as data. */
export interface ThirdPartyPlace {
  readonly package: string;
  /** A file or folder, without '.ts'; a name that goes on with '-' counts too. */
  readonly place: string;
}
export interface Layer {
  readonly name: string;
  readonly paths: readonly string[];
}
export interface BoundaryException {
  readonly rule: Rule;
  readonly file: string;
  /** What is imported or used, as the violation names it. */
  readonly subject: string;
  readonly reason: string;
}
export interface Rules {
  /** Package folders, and those whose packages each may import. */
  readonly arrows: Readonly<Record<string, readonly string[]>>;
  readonly thirdParty: readonly ThirdPartyPlace[];
  /** By package folder: layers from the bottom up, with paths inside src; the longest path that fits counts. */
  readonly layers: Readonly<Record<string, readonly Layer[]>>;
  /** Files and folders without sockets, timers, clocks and randomness. */
  readonly sansIo: readonly string[];
  /** `entry` and all it imports, types included, must do without `file`. */
  readonly lazy: readonly { readonly entry: string; readonly file: string }[];
  readonly exceptions: readonly BoundaryException[];
}
export type Rule =
  /** A package imports one that it must not know. */
  | 'arrow'
  /** A package reaches into another past its exports, or out of its own folder. */
  | 'deep-import'
  | 'circle'
  | 'layer'
  | 'third-party'
  | 'sans-io'
  /** An import whose target only running shows. */
  | 'computed-import'
  /** Something is loaded where nobody has asked for it. */
  | 'lazy'
  /** Shipped code imports a test's. */
  | 'test-import'
  /** An exception that nothing needs. */
  | 'stale-exception';

const except = (rule: Rule, file: string, subjects: readonly string[], reason: string): BoundaryException[] =>
  subjects.map((subject) => ({ rule, file, subject, reason }));

export const rules: Rules = {
  arrows: {
    core: [],
    'spice-server': ['core'],
    qxl: ['core'],
    v86: ['core'],
    qemu: ['core'],
    cli: ['core'],
  },
  thirdParty: [
    { package: 'ws', place: 'packages/spice-server/src/transport/websocket' },
    { package: 'lz4js', place: 'packages/spice-server/src/codecs/lz4' },
    { package: 'opusscript', place: 'packages/spice-server/src/codecs/opus' },
    { package: 'node-forge', place: 'packages/spice-server/src/link/certificate' },
    { package: 'node-forge', place: 'packages/spice-server/src/transport/dh-parameters' },
    { package: 'v86', place: 'packages/v86' },
    { package: 'koffi', place: 'packages/qemu/src/descriptors/koffi-sender' },
    { package: 'prom-client', place: 'packages/cli/src/metrics' },
  ],
  layers: {
    'spice-server': [
      { name: 'protocol', paths: ['protocol', 'wire', 'generated'] },
      { name: 'geometry', paths: ['display/geometry'] },
      { name: 'link, codecs, canvas', paths: ['link', 'codecs', 'display/canvas', 'chardev', 'agent'] },
      { name: 'codec tools', paths: ['codec-tools', 'codec-tools.ts'] },
      { name: 'display, sound', paths: ['display', 'sound'] },
      { name: 'channels', paths: ['channels'] },
      { name: 'encoder pool', paths: ['encoder-pool'] },
      { name: 'transport', paths: ['transport', 'video-process'] },
      { name: 'server', paths: ['server', 'server.ts'] },
      { name: 'module', paths: ['certificate-tools.ts', 'bridge', 'module.ts', 'index.ts'] },
    ],
  },
  sansIo: [
    'packages/core/src/console',
    'packages/core/src/contracts',
    'packages/core/src/monitor',
    'packages/core/src/options',
    'packages/core/src/schema',
    'packages/core/src/usbredir',
    'packages/core/src/wire',
    'packages/qemu/src/console',
    'packages/qemu/src/dbus/wire',
    'packages/qemu/src/input',
    'packages/qemu/src/vnc/wire',
    'packages/qxl/src/recording',
    'packages/spice-server/src/agent',
    'packages/spice-server/src/channels',
    'packages/spice-server/src/chardev',
    'packages/spice-server/src/codec-tools',
    'packages/spice-server/src/codecs',
    'packages/spice-server/src/display',
    'packages/spice-server/src/link',
    'packages/spice-server/src/protocol',
    'packages/spice-server/src/sound',
    'packages/spice-server/src/wire',
  ],
  lazy: [
    { entry: 'packages/core/src/index.ts', file: 'packages/core/src/monitor/qmp-server.ts' },
    { entry: 'packages/core/src/index.ts', file: 'packages/core/src/chardev/char-device.ts' },
    { entry: 'packages/core/src/index.ts', file: 'packages/core/src/usbredir/usb-slot.ts' },
    { entry: 'packages/core/src/index.ts', file: 'packages/core/src/webdav/gateway.ts' },
    { entry: 'packages/core/src/index.ts', file: 'packages/core/src/console/primary-mirror.ts' },
  ],
  exceptions: [
    ...except(
      'sans-io',
      'packages/spice-server/src/codecs/opus/opus-memory.ts',
      ['node:fs'],
      "reads the package's WebAssembly, once",
    ),
    ...except(
      'computed-import',
      'packages/cli/src/clients/web-page.ts',
      ['node:module'],
      'finds the page where the user has installed it',
    ),
    ...except(
      'sans-io',
      'packages/spice-server/src/link/certificate.ts',
      ['new Date', 'node:crypto', 'node:net', 'node:util'],
      'makes keys and certificates that are valid from now on',
    ),
    ...except(
      'computed-import',
      'packages/spice-server/src/codecs/jpeg/native-jpeg.ts',
      ['dynamic'],
      'loads a package that may not be installed',
    ),
    ...except('computed-import', 'packages/core/src/module/entry.ts', ['dynamic'], 'loads modules by name'),
    ...except(
      'computed-import',
      'packages/core/src/module/module-table.ts',
      ['node:module'],
      'finds modules where the program that asks for them has them installed',
    ),
    ...except(
      'sans-io',
      'packages/core/src/monitor/qmp-server.ts',
      ['node:events', 'node:fs/promises', 'node:net', 'Date.now', 'setTimeout'],
      'the one file of the monitor with a socket',
    ),
    ...except(
      'sans-io',
      'packages/qxl/src/recording/open-recording.ts',
      ['node:child_process', 'node:fs', 'node:stream', 'node:zlib'],
      'opens files, and decompresses them with xz',
    ),
    ...except(
      'sans-io',
      'packages/qxl/src/recording/play-file.ts',
      ['node:perf_hooks', 'node:timers/promises'],
      'plays a file at the speed of the clock',
    ),
    ...except(
      'sans-io',
      'packages/qxl/src/recording/scanner.ts',
      ['node:zlib'],
      'inflates image data in memory, a plain function',
    ),
    ...except(
      'sans-io',
      'packages/qxl/src/recording/event-text.ts',
      ['node:zlib'],
      'deflates image data in memory, a plain function',
    ),
    ...except(
      'sans-io',
      'packages/spice-server/src/codecs/zlib/zlib-glz.ts',
      ['node:zlib'],
      'deflates and inflates image data in memory, a plain function',
    ),
    ...except(
      'sans-io',
      'packages/spice-server/src/link/ticket-key.ts',
      ['node:crypto', 'node:util'],
      'makes RSA keys and decrypts tickets',
    ),
    ...['scram.ts', 'scram-keys.ts'].flatMap((file) =>
      except(
        'sans-io',
        `packages/spice-server/src/link/sasl/${file}`,
        ['node:crypto'],
        'hashes, plain functions',
      ),
    ),
    ...except(
      'sans-io',
      'packages/spice-server/src/link/ticket.ts',
      ['node:crypto'],
      'compares secrets in constant time, a plain function',
    ),
  ],
};
