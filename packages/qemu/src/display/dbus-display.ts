import { type DbusCall, DbusPeer } from '../dbus/dbus-peer.js';
import type { DbusMessage } from '../dbus/wire/dbus-message.js';
import type { DbusValue } from '../dbus/wire/values.js';
import type { DescriptorSender } from '../descriptors/descriptor-sender.js';
import { reasonOf } from '../errors.js';
import type { QmpClient } from '../qmp/qmp-client.js';
import { AudioInListener, AudioOutListener } from './audio-listeners.js';
import { ConsoleListener } from './console-listener.js';
import type { ConsoleSink, DisplayLink, DisplayLinkEvents, PointerButton } from './display-link.js';
import { readProperties, toProperties } from './properties.js';
import { consolePath, displayRoot, propertiesInterface, qemuInterfaces } from './qemu-objects.js';

/** Graphic consoles that are shown; SPICE channels are numbered by a byte. */
const maxConsoles = 16;
/** QEMU 7.2 ends when it registers a sound listener of a caller without a name, which private links do not have. */
const soundCaller = ':1.1';

export interface DbusDisplayOptions {
  readonly qmp: QmpClient;
  readonly sender: DescriptorSender;
  /** A private folder. */
  readonly folder: string;
  readonly events: DisplayLinkEvents;
}

interface GraphicConsole {
  readonly id: number;
  readonly sink: ConsoleSink;
}

/**
 * QEMU's D-Bus display over private links: one for calls and signals, and one for each console and direction of sound,
 * which QEMU calls without ever waiting; so each is read at once and never held back.
 */
export class DbusDisplay implements DisplayLink {
  readonly kind = 'D-Bus';
  readonly #options: DbusDisplayOptions;
  readonly #consoles: GraphicConsole[] = [];
  readonly #peers: DbusPeer[] = [];
  #main: DbusPeer | null = null;
  #closed = false;

  /** @throws QemuError, QmpError when QEMU has no such display. */
  static async open(options: DbusDisplayOptions): Promise<DbusDisplay> {
    const display = new DbusDisplay(options);
    try {
      await display.#open();
    } catch (error) {
      display.close();
      throw error;
    }
    return display;
  }

  private constructor(options: DbusDisplayOptions) {
    this.#options = options;
  }

  get consoles(): number {
    return this.#consoles.length;
  }

  key(code: number, down: boolean): void {
    this.#post(qemuInterfaces.keyboard, down ? 'Press' : 'Release', 'u', [code]);
  }

  button(button: PointerButton, down: boolean): void {
    this.#post(qemuInterfaces.mouse, down ? 'Press' : 'Release', 'u', [button]);
  }

  motion(dx: number, dy: number): void {
    this.#post(qemuInterfaces.mouse, 'RelMotion', 'ii', [dx, dy]);
  }

  position(console: number, x: number, y: number): void {
    this.#post(qemuInterfaces.mouse, 'SetAbsPosition', 'uu', [Math.max(0, x), Math.max(0, y)], console);
  }

  close(): void {
    this.#end('closed');
  }

  async #open(): Promise<void> {
    const { qmp } = this.#options;
    const fdname = `lazyspice-display-${process.pid}`;
    const main = await this.#link(
      () => {
        throw new Error('nothing is served here');
      },
      async (far) => {
        await qmp.executeWithDescriptor('getfd', { fdname }, far);
        await qmp.execute('add_client', { protocol: '@dbus-display', fdname });
      },
      (message) => this.#signal(message),
    );
    this.#main = main;
    await this.#findConsoles(main);
    await this.#readState(main);
    for (const console of this.#consoles) await this.#listen(main, console);
    await this.#openSound(main);
  }

  async #link(
    serve: (message: DbusMessage) => ReturnType<ConsoleListener['serve']>,
    give: Parameters<typeof DbusPeer.open>[1],
    signal?: (message: DbusMessage) => void,
  ): Promise<DbusPeer> {
    const { sender, folder } = this.#options;
    const closed = (reason: string): void => this.#end(reason);
    const options = { sender, folder, serve, closed, ...(signal === undefined ? {} : { signal }) };
    const peer = await DbusPeer.open(options, give);
    this.#peers.push(peer);
    return peer;
  }

  async #findConsoles(main: DbusPeer): Promise<void> {
    const vm = await readProperties(main, `${displayRoot}/VM`, qemuInterfaces.vm);
    const ids = vm.get('ConsoleIDs');
    if (!Array.isArray(ids)) return;
    for (const id of ids.map(Number)) {
      const properties = await readProperties(main, consolePath(id), qemuInterfaces.console);
      if (properties.get('Type') !== 'Graphic' || this.#consoles.length >= maxConsoles) continue;
      this.#consoles.push({ id, sink: this.#options.events.console(this.#consoles.length) });
    }
  }

  async #readState(main: DbusPeer): Promise<void> {
    const first = this.#consoles[0];
    if (first === undefined) return;
    for (const name of [qemuInterfaces.keyboard, qemuInterfaces.mouse]) {
      this.#changed(first, name, await readProperties(main, consolePath(first.id), name));
    }
  }

  async #listen(main: DbusPeer, { id, sink }: GraphicConsole): Promise<void> {
    const listener = new ConsoleListener(sink, this.#options.events.log);
    await this.#register(main, listener, {
      path: consolePath(id),
      interface: qemuInterfaces.console,
      member: 'RegisterListener',
    });
  }

  async #openSound(main: DbusPeer): Promise<void> {
    const { playback, record, log } = this.#options.events;
    const call = { path: `${displayRoot}/Audio`, interface: qemuInterfaces.audio, sender: soundCaller };
    try {
      const out = new AudioOutListener(playback, log);
      await this.#register(main, out, { ...call, member: 'RegisterOutListener' });
      const input = new AudioInListener(record, log);
      await this.#register(main, input, { ...call, member: 'RegisterInListener' });
    } catch (error) {
      if (this.#closed) throw error;
      log(`no sound: ${reasonOf(error)}`);
    }
  }

  async #register(main: DbusPeer, listener: Pick<ConsoleListener, 'serve'>, call: DbusCall): Promise<void> {
    await this.#link(
      (message) => listener.serve(message),
      async (far) => {
        await main.callWithDescriptor({ ...call, signature: 'h', body: [0] }, far);
      },
    );
  }

  #signal({ path, member, interface: from, body }: DbusMessage): void {
    if (from !== propertiesInterface || member !== 'PropertiesChanged') return;
    const console = this.#consoles.find(({ id }) => consolePath(id) === path);
    if (console !== undefined) this.#changed(console, String(body[0]), toProperties(body[1]));
  }

  #changed(console: GraphicConsole, name: string, properties: ReadonlyMap<string, DbusValue>): void {
    const { events } = this.#options;
    if (name === qemuInterfaces.console) {
      const [width, height] = [properties.get('Width'), properties.get('Height')];
      if (typeof width === 'number' && typeof height === 'number') console.sink.resize(width, height);
    }
    if (console !== this.#consoles[0]) return;
    const modifiers = properties.get('Modifiers');
    if (name === qemuInterfaces.keyboard && typeof modifiers === 'number') events.leds(modifiers);
    const absolute = properties.get('IsAbsolute');
    if (name === qemuInterfaces.mouse && typeof absolute === 'boolean') events.absolute(absolute);
  }

  #post(name: string, member: string, signature: string, body: readonly DbusValue[], console = 0): void {
    const target = this.#consoles[console];
    if (target === undefined || this.#closed) return;
    this.#main?.post({ path: consolePath(target.id), interface: name, member, signature, body });
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const peer of this.#peers) peer.close();
    this.#options.events.closed(reason);
  }
}
