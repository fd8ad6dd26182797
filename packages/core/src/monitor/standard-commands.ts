import { inputSendEvent, machineControls, queryName, screendump, sendKey } from './commands/control.js';
import { humanMonitorCommand } from './commands/human.js';
import { qmpCapabilities, queryCommands, queryVersion } from './commands/introspection.js';
import { queryStatus, quit } from './commands/machine.js';
import { querySpice } from './commands/spice.js';
import { addClient, clientMigrateInfo, expirePassword, setPassword } from './commands/spice-access.js';
import type { QmpCommand } from './qmp-command.js';

/** The commands every monitor has. */
export const standardCommands: readonly QmpCommand[] = [
  ...machineControls,
  addClient,
  clientMigrateInfo,
  expirePassword,
  humanMonitorCommand,
  inputSendEvent,
  qmpCapabilities,
  queryCommands,
  queryName,
  querySpice,
  queryStatus,
  queryVersion,
  quit,
  screendump,
  sendKey,
  setPassword,
];
