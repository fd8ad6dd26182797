import type { JsonObject, JsonValue } from './json-value.js';
import type { MonitorBackend } from './monitor-backend.js';
import { checkArguments, type QmpArguments, type QmpParameters } from './qmp-parameters.js';

/** What a command may reach. */
export interface QmpContext {
  readonly backend: MonitorBackend;
  /** Names of all commands, sorted. */
  readonly commandNames: readonly string[];
  /** Ends the negotiation; a `QmpError` if it has ended before. */
  negotiate(): void;
  /** Runs when the command's answer has been given out. */
  afterAnswer(action: () => void): void;
}

export interface QmpCommand {
  readonly name: string;
  /** Checks the arguments, does the work and returns what the client gets; a thrown error is its answer too. */
  run(args: JsonObject, context: QmpContext): JsonValue | Promise<JsonValue>;
}

/** A command with typed arguments: `run` is called with what `parameters` allows and nothing else. */
export const defineCommand = <const P extends QmpParameters>(definition: {
  readonly name: string;
  readonly parameters: P;
  run(args: QmpArguments<P>, context: QmpContext): JsonValue | Promise<JsonValue>;
}): QmpCommand => ({
  name: definition.name,
  run: (args, context) => definition.run(checkArguments(args, definition.parameters), context),
});
