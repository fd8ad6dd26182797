import { defineCommand } from '../qmp-command.js';

export const queryStatus = defineCommand({
  name: 'query-status',
  parameters: {},
  run(_args, { backend }) {
    const status = backend.status();
    return { status, running: status === 'running' };
  },
});

export const quit = defineCommand({
  name: 'quit',
  parameters: {},
  run(_args, { backend, afterAnswer }) {
    afterAnswer(() => backend.quit());
    return {};
  },
});
