import type { JsonObject, JsonValue } from './json-value.js';
import type { QmpCommand } from './qmp-command.js';
import { standardCommands } from './standard-commands.js';

/** The monitor of another program, behind this one. */
export interface MonitorBehind {
  /** Names of its commands. */
  readonly commandNames: readonly string[];
  /** Rejects with what the client is to be told. */
  execute(command: string, args: JsonObject): Promise<JsonValue>;
}

const always = (): boolean => true;
const forSpice = ({ protocol }: JsonObject): boolean => protocol === 'spice';
/** Lines for people that are about SPICE. */
const spiceLine = /^\s*(info\s+spice|(set|expire)_password\s+spice|client_migrate_info)(\s|$)/;

/** Commands that are answered here, and when: about this monitor, or about SPICE, which the program behind lacks. */
const answeredHere: ReadonlyMap<string, (args: JsonObject) => boolean> = new Map([
  ['add_client', forSpice],
  ['client_migrate_info', always],
  ['expire_password', forSpice],
  [
    'human-monitor-command',
    ({ 'command-line': line }: JsonObject) => typeof line === 'string' && spiceLine.test(line),
  ],
  ['qmp_capabilities', always],
  ['query-commands', always],
  ['query-spice', always],
  ['set_password', forSpice],
]);

/**
 * A command for each of the monitor behind, which passes it on with its arguments and gives its answer; they take the
 * place of standard commands with the same names, except of what is about SPICE.
 */
export const passThroughCommands = (behind: MonitorBehind): readonly QmpCommand[] =>
  behind.commandNames.map((name) => {
    const own = standardCommands.find((command) => command.name === name);
    const isOwn = answeredHere.get(name);
    return {
      name,
      run: (args, context) =>
        own !== undefined && isOwn?.(args) === true ? own.run(args, context) : behind.execute(name, args),
    };
  });
