import { type CursorShape, Reader } from '@lazyspice/core';
import type { CursorCommand } from '../display/cursor-state.js';
import type { CursorListener, QxlDisplay } from '../display/qxl-display.js';
import { RecentIds } from '../display/recent-ids.js';
import { cursorServer, decodeCursorClient } from '../protocol/generated/cursor.codec.js';
import { Channel, type ChannelHost } from './channel.js';

const cursorFlags = { none: 1, cacheMe: 2, fromCache: 4 } as const;
/** Shapes that a client keeps: protocol §5.4. */
const maxShapes = 256;
const noData = new Uint8Array(0);
/** Commands that may wait for a client; then it is told the state anew. */
const maxWaiting = 64;

type Waiting = CursorCommand | { readonly type: 'init' };

/** The pointer's shape and place, towards one client: protocol §5.4, display-pipeline §12. */
export class CursorChannel extends Channel implements CursorListener {
  readonly name = 'cursor';
  readonly #display: QxlDisplay;
  readonly #cache = new RecentIds(maxShapes);
  /** The client keeps shapes as the protocol says; spice-html5 does not. */
  readonly #useCache: () => boolean;
  #waiting: Waiting[] = [];
  /** INIT has been sent and no RESET since. */
  #initialised = false;

  constructor(
    id: number,
    miniHeader: boolean,
    host: ChannelHost,
    display: QxlDisplay,
    useCache: () => boolean,
  ) {
    super(id, miniHeader, host);
    this.#display = display;
    this.#useCache = useCache;
  }

  start(): void {
    this.sendSetAck();
    this.#display.addCursorListener(this);
    this.#waiting.push({ type: 'init' });
    this.host.outgoingReady();
  }

  override close(): void {
    this.#display.removeCursorListener(this);
    this.#waiting = [];
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#waiting.length === 0;
  }

  cursorChanged(command: CursorCommand): void {
    const last = this.#waiting.at(-1);
    // Only the last of several moves matters; nothing before a reset does.
    if (command.type === 'cursorMove' && last?.type === 'cursorMove') this.#waiting.pop();
    if (command.type === 'cursorReset') this.#waiting = [];
    // A client that lags is told the state of the moment instead of how it came about.
    if (this.#waiting.length >= maxWaiting) this.#waiting = [{ type: 'init' }];
    else this.#waiting.push(command);
    this.host.outgoingReady();
  }

  cursorInitialised(): void {
    this.#waiting.push({ type: 'init' });
    this.host.outgoingReady();
  }

  receive(type: number, body: Uint8Array): void {
    this.receiveBase(decodeCursorClient(type, new Reader(body)));
  }

  protected override fill(budget: number): void {
    while (this.outbox.length < budget && this.acks.isOpen) {
      const command = this.#waiting.shift();
      if (command === undefined) return;
      this.#send(command);
    }
  }

  #send(command: Waiting): void {
    // Clients ignore everything between RESET and INIT.
    if (!this.#initialised && command.type !== 'cursorReset') return this.#init();
    switch (command.type) {
      case 'init':
        return this.#init();
      case 'cursorReset':
        return this.#reset();
      case 'cursorSet':
        return this.#set(command);
      case 'cursorMove':
        return this.send(cursorServer.move, { position: command.position });
      case 'cursorHide':
        return this.send(cursorServer.hide, {});
      case 'cursorTrail': {
        const { length, frequency } = command;
        return this.send(cursorServer.trail, { length, frequency });
      }
    }
  }

  #reset(): void {
    this.#cache.clear();
    if (!this.#initialised) return;
    this.#initialised = false;
    this.send(cursorServer.invalAll, {});
    this.send(cursorServer.reset, {});
  }

  /** Clients refuse a second INIT without a RESET between. */
  #init(): void {
    this.#reset();
    const { position, trail, visible, shape } = this.#display.cursor;
    const cursor = this.#cursorBody(shape);
    this.send(cursorServer.init, {
      position,
      trailLength: trail.length,
      trailFrequency: trail.frequency,
      visible,
      cursor,
    });
    this.#initialised = true;
  }

  #set(command: Extract<CursorCommand, { type: 'cursorSet' }>): void {
    const cursor = this.#cursorBody(command.shape);
    const { position, visible } = command;
    this.send(cursorServer.set, { position, visible, cursor });
    // Clients show the shape of a SET whatever its visible flag says; a later MOVE must find it there.
    if (!visible) this.send(cursorServer.hide, {});
  }

  /** The shape as the client needs it. May send INVAL_ONE first: call it before beginning a message. */
  #cursorBody(shape: CursorShape | null) {
    if (shape === null) return { flags: cursorFlags.none, header: null, data: noData };
    const { unique, type, width, height, hotSpotX, hotSpotY, data } = shape;
    const header = { unique, type, width, height, hotSpotX, hotSpotY };
    if (!this.#useCache() || unique === 0n) return { flags: 0, header, data };
    if (this.#cache.use(unique)) return { flags: cursorFlags.fromCache, header, data: noData };
    const evicted = this.#cache.add(unique);
    if (evicted !== null) {
      this.send(cursorServer.invalOne, { id: evicted });
    }
    return { flags: cursorFlags.cacheMe, header, data };
  }
}
