import { qmpCapabilities, queryCommands, queryVersion } from './commands/introspection.js';
import { queryStatus, quit } from './commands/machine.js';
import { querySpice } from './commands/spice.js';
import type { QmpCommand } from './qmp-command.js';

/** The commands every monitor has. */
export const standardCommands: readonly QmpCommand[] = [
  qmpCapabilities,
  queryCommands,
  querySpice,
  queryStatus,
  queryVersion,
  quit,
];
