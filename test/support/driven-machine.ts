import { fileURLToPath } from 'node:url';
import type { RunningProcess, SpawnOptions } from './process.js';

export interface MachineSettings {
  readonly isolation?: 'worker' | 'inline';
  readonly limits?: { readonly maxOldGenerationSizeMb?: number };
  /** Its SPICE module can be told to break. */
  readonly breakable?: boolean;
}

type Answer = Readonly<Record<string, unknown>>;

/** machine.mjs as a process of its own, driven by commands. */
export class DrivenMachine {
  readonly process: RunningProcess;
  #commands = 0;

  private constructor(process: RunningProcess) {
    this.process = process;
  }

  /** @param spawn starts a process; the caller ends it. */
  static async start(
    spawn: (name: string, command: string, args: readonly string[], options?: SpawnOptions) => RunningProcess,
    settings: MachineSettings,
    nodeArguments: readonly string[] = [],
  ): Promise<DrivenMachine> {
    const script = fileURLToPath(new URL('./machine.mjs', import.meta.url));
    const args = [...nodeArguments, script, JSON.stringify(settings)];
    const machine = new DrivenMachine(spawn('machine', process.execPath, args));
    await machine.event('ready');
    return machine;
  }

  /** The first event of that name, past or future, from line `from` of its output on. */
  async event(name: string, from = 0): Promise<Answer> {
    const start = `{"event":"${name}"`;
    return JSON.parse(await this.process.stdout.find((line) => line.startsWith(start), from)) as Answer;
  }

  /** Gives a command; resolves with its value. Commands are obeyed one behind the other. */
  async do(command: string): Promise<unknown> {
    const number = ++this.#commands;
    this.process.writeLine(command);
    let seen = 0;
    const line = await this.process.stdout.find((text) => text.startsWith('{"done"') && ++seen === number);
    const { value, error } = JSON.parse(line) as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(`${command}: ${error}`);
    return value;
  }
}
