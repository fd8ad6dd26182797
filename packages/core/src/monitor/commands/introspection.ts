import { defineCommand } from '../qmp-command.js';
import { versionInfo } from '../version.js';

/** Ends the negotiation. No capability is offered, so none can be enabled. */
export const qmpCapabilities = defineCommand({
  name: 'qmp_capabilities',
  parameters: { enable: { type: 'string-list', optional: true, values: [] } },
  run(_args, context) {
    context.negotiate();
    return {};
  },
});

export const queryCommands = defineCommand({
  name: 'query-commands',
  parameters: {},
  run: (_args, { commandNames }) => commandNames.map((name) => ({ name })),
});

export const queryVersion = defineCommand({
  name: 'query-version',
  parameters: {},
  run: () => versionInfo,
});
