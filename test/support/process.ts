import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How a process ended: its exit code, or the signal that ended it. */
export type ExitStatus = number | NodeJS.Signals;

interface Waiter {
  readonly matches: (line: string) => boolean;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** The lines a process writes, from the first one on. */
export class LineLog {
  readonly lines: string[] = [];
  readonly #what: string;
  #waiters: Waiter[] = [];
  #ended = false;

  constructor(stream: Readable, what: string) {
    this.#what = what;
    const reader = createInterface({ input: stream });
    reader.on('line', (line) => this.#add(line));
    reader.once('close', () => this.#end());
  }

  /**
   * The first line at or behind number `from` that matches, now or later; rejects when the stream ends before.
   * `matches` is asked once for each line, in order.
   */
  find(matches: (line: string) => boolean, from = 0): Promise<string> {
    const known = this.lines.slice(from).find(matches);
    if (known !== undefined) return Promise.resolve(known);
    if (this.#ended) return Promise.reject(this.#tooFew());
    return new Promise((resolve, reject) => this.#waiters.push({ matches, resolve, reject }));
  }

  /** The last lines, for a failure's message. */
  tail(count = 4): string {
    return this.lines.slice(-count).join(' / ');
  }

  #add(line: string): void {
    this.lines.push(line);
    this.#waiters = this.#waiters.filter(({ matches, resolve }) => {
      const isIt = matches(line);
      if (isIt) resolve(line);
      return !isIt;
    });
  }

  #end(): void {
    this.#ended = true;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(this.#tooFew());
  }

  #tooFew(): Error {
    return new Error(`${this.#what} ended too early; its last lines: ${this.tail() || '(none)'}`);
  }
}

const started = new Set<RunningProcess>();
// They are in groups of their own: nobody else ends them when this process is ended.
process.once('exit', () => {
  for (const running of started) running.kill();
});

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A process in a process group of its own, so that what it starts ends with it. */
export class RunningProcess {
  readonly name: string;
  readonly stdout: LineLog;
  readonly stderr: LineLog;
  /** Resolves after the end, when all output has been read. */
  readonly exited: Promise<ExitStatus>;
  readonly #child: ChildProcess;

  constructor(name: string, command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.name = name;
    const child = spawn(command, args, { ...options, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    // Nobody cares for what a process that is gone did not read.
    child.stdin.on('error', () => undefined);
    this.#child = child;
    this.stdout = new LineLog(child.stdout, name);
    this.stderr = new LineLog(child.stderr, name);
    this.exited = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${name}: ${error.message}`)));
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
    });
    started.add(this);
    child.once('close', () => started.delete(this));
    // Who waits learns of a failed start; nobody has to wait.
    this.exited.catch(() => undefined);
  }

  /** Its number; 0: it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Writes a line to its standard input, which is empty otherwise. */
  writeLine(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Signals the process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends the process and all it has started. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Waits for the end and checks how it came. */
  async expectExit(wanted: ExitStatus): Promise<void> {
    const status = await this.exited;
    if (status === wanted) return;
    const output = this.stdout.tail() || this.stderr.tail() || '(none)';
    throw new Error(`${this.name} ended with ${status}, not ${wanted}; its last lines: ${output}`);
  }
}
