import { join } from 'node:path';
import type { RunningProcess } from '../../support/process.js';
import type { Job } from './job.js';

type Event = Readonly<Record<string, unknown>>;

/** A running `lazyspice` command that serves SPICE on a port of the loopback address. */
export class Lazyspice {
  readonly process: RunningProcess;
  readonly port: number;

  private constructor(process: RunningProcess, port: number) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts the command and waits until it listens.
   * @param spice what `--spice` says besides the address.
   * @param wrapper a command that runs what is put behind it, in its own place.
   * @param behind what stands behind all options.
   */
  static async start(
    job: Job,
    args: readonly string[],
    spice: string,
    wrapper: readonly string[] = [],
    behind: readonly string[] = [],
  ): Promise<Lazyspice> {
    const port = await job.ports();
    const options = `port=${port},addr=127.0.0.1,${spice}`;
    const process = spawnLazyspice(job, [...args, '--json', '--spice', options, ...behind], wrapper);
    const server = new Lazyspice(process, port);
    await server.event('listening');
    return server;
  }

  /** The first event of that name, past or future. */
  async event(name: string): Promise<Event> {
    const line = await this.process.stdout.find((text) => (JSON.parse(text) as Event).event === name);
    return JSON.parse(line) as Event;
  }

  /** Ends it as a user does, and checks that it ends well. */
  async stop(): Promise<void> {
    this.process.signal('SIGTERM');
    await this.process.expectExit(0);
  }
}

export function spawnLazyspice(
  job: Job,
  args: readonly string[],
  wrapper: readonly string[] = [],
): RunningProcess {
  const script = join(job.root, 'packages/cli/bin/lazyspice.js');
  const [command, ...rest] = [...wrapper, process.execPath, script, ...args];
  return job.spawn(`lazyspice ${args[0]}`, command, rest);
}
