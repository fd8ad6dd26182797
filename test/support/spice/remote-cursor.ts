import type { Point16 } from '@lazyspice/core';
import type { ServerMessage } from '../../../packages/spice-server/src/protocol/messages.js';

type CursorMessage = ServerMessage<'cursor'>;
type WireCursor = Extract<CursorMessage, { name: 'set' }>['body']['cursor'];

const flags = { none: 1, cacheMe: 2, fromCache: 4 } as const;
const maxShapes = 256;

export interface RemoteShape {
  readonly unique: bigint;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * The pointer that a client shows. It behaves as spice-gtk does (protocol §5.4): INIT only once between RESETs,
 * everything before INIT ignored, the `visible` of SET ignored; a shape "from cache" must be there.
 */
export class RemoteCursor {
  #initialised = false;
  #shape: RemoteShape | null = null;
  #visible = false;
  #position: Point16 = { x: 0, y: 0 };
  readonly #cache = new Map<bigint, RemoteShape>();

  get shape(): RemoteShape | null {
    return this.#shape;
  }

  /** Something is seen. */
  get visible(): boolean {
    return this.#visible && this.#shape !== null;
  }

  get position(): Point16 {
    return this.#position;
  }

  get cachedShapes(): number {
    return this.#cache.size;
  }

  receive(message: CursorMessage): void {
    if (message.name === 'init') return this.#init(message.body);
    if (message.name === 'reset') return this.#reset();
    if (!this.#initialised) return;
    switch (message.name) {
      case 'set':
        this.#shape = this.#take(message.body.cursor);
        this.#position = message.body.position;
        this.#visible = true;
        return;
      case 'move':
        this.#position = message.body.position;
        this.#visible = true;
        return;
      case 'hide':
        this.#visible = false;
        return;
      case 'invalOne':
        if (!this.#cache.delete(message.body.id)) throw new Error(`shape ${message.body.id} is not cached`);
        return;
      case 'invalAll':
        this.#cache.clear();
        return;
    }
  }

  #init({ position, visible, cursor }: Extract<CursorMessage, { name: 'init' }>['body']): void {
    if (this.#initialised) throw new Error('INIT without a RESET before');
    this.#initialised = true;
    this.#position = position;
    this.#visible = visible;
    this.#shape = this.#take(cursor);
  }

  #reset(): void {
    this.#initialised = false;
    this.#shape = null;
    this.#visible = false;
    this.#cache.clear();
  }

  #take(cursor: WireCursor): RemoteShape | null {
    if (cursor.header === null) return null;
    const { unique, width, height } = cursor.header;
    if (cursor.flags & flags.fromCache) {
      const known = this.#cache.get(unique);
      if (known === undefined) throw new Error(`shape ${unique} is not cached`);
      return known;
    }
    const shape = { unique, width, height, data: cursor.data };
    if (cursor.flags & flags.cacheMe) {
      this.#cache.set(unique, shape);
      if (this.#cache.size > maxShapes) throw new Error(`${this.#cache.size} shapes in the cache`);
    }
    return shape;
  }
}
