import type { QxlCommand } from '@lazyspice/core';
import { Canvas } from '../../../packages/spice-server/src/display/canvas/canvas.js';
import { CanvasError } from '../../../packages/spice-server/src/display/canvas/errors.js';
import {
  type ClientAbilities,
  DisplayQueue,
  defaultQueueLimits,
  type QueueLimits,
} from '../../../packages/spice-server/src/display/queue/display-queue.js';
import type { DisplayItem } from '../../../packages/spice-server/src/display/queue/items.js';
import { copyImage, difference, imageOf } from './commands.js';

const ropPut = 8;

/** What spice-gtk can take, as far as the queue asks. */
export const fullAbilities: ClientAbilities = {
  surfaceFormat: (format) => [16, 32, 96].includes(format),
  draw: ({ operation }) => ['fill', 'copy', 'copyBits'].includes(operation.type),
};
/** What spice-html5 can. */
export const minimalAbilities: ClientAbilities = {
  surfaceFormat: (format) => format === 32 || format === 96,
  draw: ({ operation, clip, surfaceId }) => {
    if (clip !== null || surfaceId !== 0) return false;
    if (operation.type !== 'fill') return operation.type === 'copyBits';
    return operation.brush.type === 'solid' && operation.rop === ropPut && operation.mask.image === null;
  },
};
/** Only images. */
export const noAbilities: ClientAbilities = { surfaceFormat: (format) => format === 32, draw: () => false };

/**
 * A client at the end of a queue: draws every item on its own surfaces. What real clients stop at is an error:
 * surfaces that are not there, created twice, images of another depth.
 */
export class QueueClient {
  readonly queue: DisplayQueue;
  readonly canvas = new Canvas();
  /** ms. */
  now = 0;
  readonly #server: Canvas;

  constructor(server: Canvas, abilities: ClientAbilities, limits: Partial<QueueLimits> = {}) {
    this.#server = server;
    this.queue = new DisplayQueue(server, abilities, { ...defaultQueueLimits, ...limits });
    const primary = server.surface(0);
    if (primary !== undefined) this.queue.surfaceCreated(primary, true);
  }

  /** Takes up to `count` items, at the time `now`. */
  take(count = Number.POSITIVE_INFINITY): DisplayItem[] {
    this.queue.catchUp(this.now);
    const taken: DisplayItem[] = [];
    while (taken.length < count) {
      const item = this.queue.next();
      if (item === null) break;
      taken.push(item);
      this.#draw(item);
    }
    return taken;
  }

  /** Why the client's picture is wrong once it has everything; null: it is right. */
  fault(): string | null {
    if (!this.queue.isEmpty) return 'the queue is not empty';
    for (const { id } of this.canvas.surfaces()) {
      const stale = this.queue.staleArea(id);
      if (stale === null) return `surface ${id} is not known to be at the client`;
      if (id === 0 && !stale.isEmpty) return 'the primary is stale';
      // What is known to be stale is not compared.
      for (const area of stale.rects) this.#update(id, area);
    }
    for (const { id } of this.canvas.surfaces()) {
      const wrong = difference(this.#server, this.canvas, id);
      if (wrong !== null) return wrong;
    }
    if ((this.#server.surface(0) === undefined) !== (this.canvas.surface(0) === undefined)) {
      const format = this.#server.surface(0)?.format;
      return `a primary of format ${format} is at ${format === undefined ? 'the client' : 'the server'} only`;
    }
    return null;
  }

  #update(surfaceId: number, area: Extract<DisplayItem, { type: 'image' }>['area']): void {
    this.#draw({ type: 'image', surfaceId, area, pixels: this.#server.readRect(surfaceId, area) });
  }

  #draw(item: DisplayItem): void {
    switch (item.type) {
      case 'surfaceCreate': {
        const { surfaceId: id, width, height, format } = item;
        this.canvas.createSurface({ id, width, height, format, stride: 0, data: null });
        return;
      }
      case 'surfaceDestroy':
        return this.canvas.destroySurface(item.surfaceId);
      case 'draw':
        return this.canvas.draw(item.drawable);
      case 'image': {
        const { area, pixels, surfaceId } = item;
        const width = area.right - area.left;
        const height = area.bottom - area.top;
        const format = pixels.format === 16 ? 6 : pixels.format === 96 ? 9 : 8;
        const image = imageOf({
          type: 'bitmap',
          format,
          topDown: true,
          unstable: false,
          width,
          height,
          stride: pixels.stride,
          palette: null,
          data: pixels.bytes,
        });
        const whole = { top: 0, left: 0, bottom: height, right: width };
        return this.canvas.draw({
          surfaceId,
          box: area,
          clip: null,
          effect: 0,
          mmTime: 0,
          selfBitmapArea: null,
          dependencies: [],
          operation: copyImage(image, whole),
        });
      }
    }
  }
}

/** A server's surfaces with the queues of several clients, as a QXL display and its channels have them. */
export class QueueWorld {
  readonly canvas = new Canvas();
  readonly clients: QueueClient[] = [];

  join(abilities: ClientAbilities = fullAbilities, limits: Partial<QueueLimits> = {}): QueueClient {
    const client = new QueueClient(this.canvas, abilities, limits);
    this.clients.push(client);
    return client;
  }

  /** Draws a command and tells the queues. One that the canvas refuses changes nothing. */
  submit(...commands: readonly QxlCommand[]): void {
    for (const command of commands) {
      try {
        this.#submit(command);
      } catch (error) {
        if (!(error instanceof CanvasError)) throw error;
      }
    }
  }

  #submit(command: QxlCommand): void {
    switch (command.type) {
      case 'draw':
        this.canvas.draw(command.drawable);
        return this.#each((queue) => queue.drawn(command.drawable));
      case 'surfaceCreate':
        return this.#create(command.surfaceId, command);
      case 'primaryCreate':
        if (this.canvas.surface(0) !== undefined) this.#destroy(0);
        return this.#create(0, command);
      case 'surfaceDestroy':
        return this.#destroy(command.surfaceId);
      case 'primaryDestroy':
        return this.#destroy(0);
      case 'surfacesDestroy':
        this.canvas.destroyAll();
        return this.#each((queue) => queue.allDestroyed());
      default:
        throw new Error(`${command.type} is no command for surfaces`);
    }
  }

  #create(id: number, command: Extract<QxlCommand, { type: 'surfaceCreate' | 'primaryCreate' }>): void {
    const info = this.canvas.createSurface({ ...command, id });
    this.#each((queue) => {
      queue.surfaceCreated(info, command.data !== null);
      if (id === 0) queue.push({ type: 'mark' });
    });
  }

  #destroy(id: number): void {
    this.canvas.destroySurface(id);
    this.#each((queue) => queue.surfaceDestroyed(id));
  }

  #each(tell: (queue: DisplayQueue) => void): void {
    for (const { queue } of this.clients) tell(queue);
  }
}
