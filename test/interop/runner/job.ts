import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess, type SpawnOptions } from '../../support/process.js';

/** Ports of the suite; each is given once in a run. */
const ports = { first: 26_000, last: 31_999 };
let nextPort = ports.first;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** What one case works with: a folder, ports, processes. All of it is cleared away behind the case. */
export class Job {
  /** The folder of the shared clients, recordings and reference servers. */
  readonly shared: string;
  /** The repository. */
  readonly root: string;
  /** An empty folder of the case's own. */
  readonly folder: string;
  readonly #processes: RunningProcess[] = [];

  private constructor(root: string, shared: string, folder: string) {
    this.root = root;
    this.shared = shared;
    this.folder = folder;
  }

  static async open(root: string, shared: string): Promise<Job> {
    return new Job(root, shared, await mkdtemp(join(tmpdir(), 'lazyspice-interop-')));
  }

  spawn(name: string, command: string, args: readonly string[], options?: SpawnOptions): RunningProcess {
    const running = new RunningProcess(name, command, args, options);
    this.#processes.push(running);
    return running;
  }

  /** The first of `count` neighbouring ports that nobody uses and no other case is given. */
  async ports(count = 1): Promise<number> {
    for (;;) {
      const first = nextPort;
      nextPort += count;
      if (nextPort > ports.last) throw new Error(`no ports are left below ${ports.last}`);
      const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)));
      if (free.every(Boolean)) return first;
    }
  }

  /** Ends every process and removes the folder. */
  async close(): Promise<void> {
    for (const running of this.#processes) running.kill();
    await Promise.allSettled(this.#processes.map(({ exited }) => exited));
    await rm(this.folder, { recursive: true, force: true });
  }
}
