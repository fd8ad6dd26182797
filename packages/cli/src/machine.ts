import { writeFile } from 'node:fs/promises';
import {
  deferred,
  type ListeningAddress,
  ModuleTable,
  type QemuMonitor,
  type QxlWorker,
  Spice,
  type SpiceEvent,
  type SpiceOptions,
} from '@lazyspice/core';
import type { JsonObject, MachineControls, QmpServer, RunState } from '@lazyspice/core/monitor';
import { spiceUri, viewerFile, writeViewerFile } from './clients/client-address.js';
import type { MachineArguments } from './machine-arguments.js';
import type { reportSpiceEvent } from './monitor.js';
import type { Output } from './output.js';
import { encodePng } from './png.js';

/**
 * What `run` and `replay` share: the module table, SPICE and its events, the monitor, screenshots, signals.
 * Nothing of a module is loaded before it is asked for.
 */
export class Machine {
  readonly modules: ModuleTable;
  readonly spice: Spice;
  readonly output: Output;
  /** Aborts when the command is to end. */
  readonly signal: AbortSignal;
  readonly #arguments: MachineArguments;
  readonly #abort = new AbortController();
  /** The worker of the display that screenshots show; null: there is none at the moment. */
  display: () => QxlWorker | null = () => null;
  /** What a monitor may tell the machine; null: nothing. */
  controls: MachineControls | null = null;
  #monitor: QmpServer | null = null;
  #reportToMonitor: typeof reportSpiceEvent | null = null;
  #listening: ListeningAddress | null = null;
  #status: RunState = 'running';
  /** The monitor of an emulator in another process: the monitor here passes on to it. */
  monitorBehind: QemuMonitor | null = null;
  #closeWebPage: (() => Promise<void>) | null = null;
  #closeMetrics: (() => Promise<void>) | null = null;
  #closeWebdav: (() => Promise<void>) | null = null;
  readonly #firstDisplay = deferred<void>();
  /** Clients have been told where the machine goes: they go there at the end. */
  #clientsPrepared = false;

  constructor(args: MachineArguments, output: Output) {
    this.#arguments = args;
    this.output = output;
    this.signal = this.#abort.signal;
    this.modules = new ModuleTable({ resolveFrom: import.meta.url, isolation: args.isolation });
    this.spice = new Spice(this.modules);
    this.#report();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => this.stop());
    process.on('SIGHUP', () => this.#hangUp());
    if (args.screenshot !== null) process.on('SIGUSR2', () => void this.screenshot());
  }

  /** Ends the command as if a signal had asked for it. */
  stop(): void {
    this.#abort.abort();
  }

  /** Services are told by SIGHUP to read their files again; a terminal says so that it is gone. */
  #hangUp(): void {
    const hasTls = (this.#arguments.spice?.tlsPort ?? null) !== null;
    if (!hasTls || process.stdout.isTTY) this.stop();
    else this.output.log('SIGHUP: a new TLS certificate is taken at the next connection; clients stay');
  }

  /** Resolves when a client has opened a display channel, or at the end. */
  firstDisplay(): Promise<void> {
    return Promise.race([this.#firstDisplay.promise, this.ended()]);
  }

  ended(): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  /** Opens the doors that the command line asks for. */
  async open(): Promise<void> {
    const { spice, qmp, metrics, webdav } = this.#arguments;
    if (webdav !== null) await this.#openWebdav(webdav);
    if (spice !== null) {
      const address = await this.spice.start(spice);
      this.#listening = address;
      if (address !== null) {
        const { host, port, tlsPort, unix } = address;
        this.output.event('listening', { host, port, tlsPort, unix });
        const place = spiceUri(address);
        this.output.log(`listening at ${place} (for example: remote-viewer '${place}')`);
        const { vv, web } = this.#arguments;
        if (vv !== null) await writeViewerFile(vv, address, spice);
        if (web !== null && port !== null) await this.#openWebPage(web, address, spice);
      }
    }
    if (qmp !== null) await this.#openMonitor(qmp);
    if (metrics !== null) await this.#openMetrics(metrics);
  }

  /** Writes the display's picture to the file of `--screenshot`. */
  async screenshot(): Promise<void> {
    const file = this.#arguments.screenshot;
    if (file === null) return;
    const pixels = await this.display()?.read(0, null);
    if (pixels === null || pixels === undefined) this.output.log('screenshot: there is no picture');
    else await writeFile(file, encodePng(pixels));
  }

  async close(): Promise<void> {
    await this.screenshot();
    if (this.#clientsPrepared) await this.#sendClientsAway();
    await this.#monitor?.close();
    await this.#closeWebPage?.();
    await this.#closeMetrics?.();
    await this.#closeWebdav?.();
    await this.spice.unload();
  }

  async #sendClientsAway(): Promise<void> {
    this.output.log('the clients go to the destination');
    // Twice 10 s is what clients may take; a server that hangs must not keep the command from its end.
    const enough = new Promise<void>((resolve) => setTimeout(resolve, 22_000).unref());
    const gone = this.spice.ops.migrateEnd().catch((error: unknown) => this.output.log(String(error)));
    await Promise.race([gone, enough]);
  }

  async #openWebPage(port: number, address: ListeningAddress, spice: SpiceOptions): Promise<void> {
    const { serveWebPage } = await import('./clients/web-page.js');
    const page = await serveWebPage(port, address, await viewerFile(address, { ...spice, password: null }));
    this.#closeWebPage = () => page.close();
    this.output.event('web', { url: page.url });
    this.output.log(`web page at ${page.url}`);
  }

  async #openMetrics(port: number): Promise<void> {
    const { serveMetrics } = await import('./metrics.js');
    const metrics = await serveMetrics(port, this.spice);
    this.#closeMetrics = () => metrics.close();
    this.output.event('metrics', { url: metrics.url });
    this.output.log(`metrics at ${metrics.url}`);
  }

  async #openWebdav(port: number): Promise<void> {
    const { serveWebdav } = await import('@lazyspice/core/webdav');
    const gateway = await serveWebdav({ port, log: (message) => this.output.log(message) });
    this.#closeWebdav = () => gateway.close();
    await this.spice.addInterface(gateway.device);
    this.output.event('webdav', { url: gateway.url });
    this.output.log(`a client's folder at ${gateway.url}`);
  }

  async #openMonitor(address: string): Promise<void> {
    const { passThroughCommands, serveQmp } = await import('@lazyspice/core/monitor');
    const { monitorBackend, reportSpiceEvent } = await import('./monitor.js');
    this.#reportToMonitor = reportSpiceEvent;
    const backend = await monitorBackend({
      spice: this.spice,
      picture: async () => (await this.display()?.read(0, null)) ?? null,
      controls: () => this.#reportedControls(),
      status: () => this.#status,
      clientsPrepared: () => {
        this.#clientsPrepared = true;
      },
      quit: () => {
        this.#monitor?.event('SHUTDOWN', { guest: false, reason: 'host-qmp-quit' });
        this.stop();
      },
    });
    const behind = this.monitorBehind;
    const commands = behind === null ? [] : passThroughCommands(behind);
    this.#monitor = await serveQmp(address, backend, { commands });
    behind?.onEvent(({ name, data }) => this.#monitor?.event(name, data ?? undefined));
  }

  /** The machine's controls, with the events that QMP has for what they do. */
  #reportedControls(): MachineControls | null {
    const { controls } = this;
    if (controls === null) return null;
    const act = (work: () => void, event: string, data?: JsonObject, status?: RunState): void => {
      work();
      this.#status = status ?? this.#status;
      this.#monitor?.event(event, data);
    };
    return {
      stop: () => {
        if (this.#status === 'running') act(() => controls.stop(), 'STOP', undefined, 'paused');
      },
      cont: () => {
        if (this.#status === 'paused') act(() => controls.cont(), 'RESUME', undefined, 'running');
      },
      reset: () => act(() => controls.reset(), 'RESET', { guest: false, reason: 'host-qmp-system-reset' }),
      powerdown: () => act(() => controls.powerdown(), 'POWERDOWN'),
    };
  }

  #report(): void {
    const { output } = this;
    this.spice.on('module-loaded', (replaced) =>
      output.event('module-loaded', { module: 'spice-server', replaced }),
    );
    this.spice.on('module-unloaded', () => output.event('module-unloaded', { module: 'spice-server' }));
    this.spice.on('module-crashed', (reason) => {
      output.event('module-crashed', { module: 'spice-server', reason });
      output.log(`the SPICE server crashed: ${reason}; the machine goes on`);
    });
    this.spice.on('spice', (event) => this.#spiceEvent(event));
    this.spice.on('spice', (event) => {
      if (this.#monitor !== null) this.#reportToMonitor?.(event, this.#listening, this.#monitor);
    });
  }

  #spiceEvent(event: SpiceEvent): void {
    if (event.event === 'log') {
      if (event.level !== 'debug') this.output.log(event.message);
      return;
    }
    if (event.event === 'connection') return;
    const { event: name, ...fields } = event;
    this.output.event(name, fields);
    if (event.event === 'client' && event.channel === 'display') this.#firstDisplay.resolve();
  }
}
