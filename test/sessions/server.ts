import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunningProcess } from '../support/process.js';

const command = join(
  resolve(dirname(fileURLToPath(import.meta.url)), '../..'),
  'packages/cli/bin/lazyspice.js',
);

/** What a server has in use. */
export interface Figures {
  /** Resident memory, MB. */
  readonly megabytes: number;
  readonly handles: number;
  readonly descriptors: number;
  /** Channels that are served, and links that are half open. */
  readonly connections: number;
}

/** The command with everything that it can serve, in a process of its own. */
export class TriedServer {
  readonly port: number;
  readonly tlsPort: number;
  readonly #metrics: string;
  readonly #process: RunningProcess;
  readonly #folder: string;
  #ended = false;

  private constructor(
    process: RunningProcess,
    folder: string,
    metrics: string,
    { port, tlsPort }: { readonly port: number; readonly tlsPort: number },
  ) {
    this.#process = process;
    this.#folder = folder;
    this.#metrics = metrics;
    this.port = port;
    this.tlsPort = tlsPort;
    const end = (): void => {
      this.#ended = true;
    };
    process.exited.then(end, end);
  }

  /** @param spice further options, such as a password. */
  static async start(spice: string): Promise<TriedServer> {
    const folder = await mkdtemp(join(tmpdir(), 'lazyspice-sessions-'));
    const tls = join(folder, 'tls');
    const made = new RunningProcess('certificate', process.execPath, [command, 'certificate', tls]);
    await made.expectExit(0);
    const devices = ['usbredir', 'smartcard', 'org.test.0'].flatMap((name) => [
      '--chardev',
      `${name}=unix:${join(folder, name)}`,
    ]);
    const options = `port=0,tls-port=0,x509-dir=${tls},addr=127.0.0.1,${spice}`;
    const args = ['run', '--guest', 'testcard', '--files', folder, '--webdav', '0', '--metrics', '0'];
    const running = new RunningProcess('server', process.execPath, [
      command,
      ...args,
      ...devices,
      '--json',
      '--spice',
      options,
    ]);
    const [doors, metrics] = await Promise.all(
      ['listening', 'metrics'].map(async (event) =>
        JSON.parse(await running.stdout.find((text) => text.includes(`"event":"${event}"`))),
      ),
    );
    return new TriedServer(running, folder, (metrics as { url: string }).url, doors);
  }

  get isRunning(): boolean {
    return !this.#ended;
  }

  /** Modules that crashed, and what the server itself calls internal errors. */
  get faults(): string[] {
    const crashes = this.#process.stdout.lines.filter((line) => line.includes('"event":"module-crashed"'));
    return [...crashes, ...this.#process.stderr.lines.filter((line) => line.includes('internal error'))];
  }

  /** Its own figures; 0 for one that it does not have. */
  async figures(): Promise<Figures> {
    const text = await (await fetch(this.#metrics)).text();
    const figure = (name: string): number =>
      [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, 'gm'))].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      );
    return {
      megabytes: Math.round(figure('process_resident_memory_bytes') / 1_000_000),
      handles: figure('nodejs_active_handles_total'),
      descriptors: figure('process_open_fds'),
      connections: figure('lazyspice_channels') + figure('lazyspice_half_open_links'),
    };
  }

  async stop(): Promise<void> {
    this.#process.signal('SIGTERM');
    const late = setTimeout(() => this.#process.kill(), 5000);
    await this.#process.exited.catch(() => undefined);
    clearTimeout(late);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
