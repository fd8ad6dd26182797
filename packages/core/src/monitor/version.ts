import type { JsonObject } from './json-value.js';

/** Version of lazyspice, as in its packages. */
export const lazyspiceVersion = '0.1.0';

const triple = (version: string): JsonObject => {
  const [major = 0, minor = 0, micro = 0] = version.split('.').map(Number);
  return { major, minor, micro };
};

/**
 * The version object of the greeting and of `query-version`. `qemu` is the version whose monitor this one
 * follows: clients of QMP expect that member.
 */
export const versionInfo: JsonObject = {
  lazyspice: triple(lazyspiceVersion),
  qemu: triple('7.2.0'),
  package: `lazyspice ${lazyspiceVersion}`,
};
