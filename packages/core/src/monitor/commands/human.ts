import { runHmpLine } from '../hmp/run-line.js';
import { defineCommand } from '../qmp-command.js';

export const humanMonitorCommand = defineCommand({
  name: 'human-monitor-command',
  parameters: { 'command-line': { type: 'string' }, 'cpu-index': { type: 'integer', optional: true } },
  run: (args, { backend }) => runHmpLine(args['command-line'], backend),
});
