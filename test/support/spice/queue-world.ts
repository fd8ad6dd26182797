import type { Bitmap, Drawable, Image, QxlCommand } from '@lazyspice/core';
import { Canvas } from '../../../packages/spice-server/src/display/canvas/canvas.js';
import { CanvasError } from '../../../packages/spice-server/src/display/canvas/errors.js';
import { xrgbBlock } from '../../../packages/spice-server/src/display/canvas/xrgb-block.js';
import {
  type ClientAbilities,
  DisplayQueue,
  defaultQueueLimits,
  type LossChoice,
  type QueueLimits,
} from '../../../packages/spice-server/src/display/queue/display-queue.js';
import type { DisplayItem } from '../../../packages/spice-server/src/display/queue/items.js';
import { copyImage, type DifferenceOptions, difference, imageOf } from './commands.js';

const ropPut = 8;
/** By how much a client's colours may be off where it has them roughly: what is lost, and rounding in blends. */
const tolerance = 7 + 5;

/** Loses something of every 32-bit image that may lose it, and of areas at even places. */
export const someLoss: LossChoice = {
  drawable: ({ operation }) => {
    const content = operation.type === 'copy' ? operation.source?.content : null;
    return content?.type === 'bitmap' && (content.format === 8 || content.format === 9);
  },
  pixels: ({ left, top }, { format }) => format !== 16 && (left + top) % 2 === 0,
};

/** The bitmap with up to 7 off in its colours. */
function degraded(bitmap: Bitmap): Bitmap {
  const data = bitmap.data.map((byte, i) => (i % 4 === 3 ? byte : Math.min(255, byte + ((i * 5) & 7))));
  return { ...bitmap, data };
}

const degradedImage = (image: Image): Image =>
  image.content.type === 'bitmap' ? { ...image, content: degraded(image.content) } : image;

function degradedDraw(drawable: Drawable): Drawable {
  const { operation } = drawable;
  if (operation.type !== 'copy') throw new Error('loss where none is permitted');
  const source = operation.source === null ? null : degradedImage(operation.source);
  return { ...drawable, operation: { ...operation, source } };
}

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
/** What spice-gtk can take, drawn by the server as well. */
export const everyAbility: ClientAbilities = {
  surfaceFormat: fullAbilities.surfaceFormat,
  draw: () => true,
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

  constructor(
    server: Canvas,
    abilities: ClientAbilities,
    limits: Partial<QueueLimits> = {},
    loss?: LossChoice,
  ) {
    this.#server = server;
    this.queue = new DisplayQueue(server, abilities, { ...defaultQueueLimits, ...limits }, loss);
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

  /** Lets time pass in which nothing happens, and takes what it brings: afterwards the primary is exact. */
  refine(): DisplayItem[] {
    const taken: DisplayItem[] = [];
    for (let i = 0; i < 3; i++) {
      this.queue.catchUp(this.now);
      this.now = Math.max(this.now, this.queue.refinesAt ?? this.now);
      this.queue.catchUp(this.now);
      for (let item = this.queue.refinement(300); item !== null; item = this.queue.refinement(300)) {
        taken.push(item);
        this.#draw(item);
      }
    }
    return taken;
  }

  /** Why the client's picture is wrong once it has everything; null: it is right. */
  fault(options: Pick<DifferenceOptions, 'ignoreUnused'> = {}): string | null {
    if (!this.queue.isEmpty) return 'the queue is not empty';
    for (const { id } of this.canvas.surfaces()) {
      const stale = this.queue.staleArea(id);
      if (stale === null) return `surface ${id} is not known to be at the client`;
      if (id === 0 && !stale.isEmpty) return 'the primary is stale';
      // What is known to be stale is not compared.
      for (const area of stale.rects) this.#update(id, area);
    }
    for (const { id } of this.canvas.surfaces()) {
      const rough = this.queue.roughArea(id);
      if (id === 0 && this.canvas.surface(0)?.format !== this.#server.surface(0)?.format) {
        const wrong = this.#conversionFault();
        if (wrong !== null) return wrong;
        continue;
      }
      const wrong = difference(this.#server, this.canvas, id, {
        ...options,
        ...(rough === null || rough.isEmpty ? {} : { rough: (x, y) => rough.contains(x, y), tolerance }),
      });
      if (wrong !== null) return wrong;
    }
    if ((this.#server.surface(0) === undefined) !== (this.canvas.surface(0) === undefined)) {
      const format = this.#server.surface(0)?.format;
      return `a primary of format ${format} is at ${format === undefined ? 'the client' : 'the server'} only`;
    }
    return null;
  }

  /** As `fault`, of a primary that the client has as x8r8g8b8. */
  #conversionFault(): string | null {
    const primary = this.#server.surface(0);
    if (primary === undefined) return null;
    const { width, height } = primary;
    const whole = { top: 0, left: 0, bottom: height, right: width };
    const wanted = xrgbBlock(this.#server.readRect(0, whole), width);
    const got = this.canvas.readRect(0, whole);
    if (got.format !== wanted.format)
      return `the primary of format ${primary.format} is shown as ${got.format}`;
    const rough = this.queue.roughArea(0);
    const at = wanted.bytes.findIndex(
      (byte, i) =>
        i % 4 !== 3 && byte !== got.bytes[i] && !rough?.contains((i >> 2) % width, Math.floor(i / 4 / width)),
    );
    return at < 0 ? null : `byte ${at} of the converted primary: ${wanted.bytes[at]}, ${got.bytes[at]}`;
  }

  #update(surfaceId: number, area: Extract<DisplayItem, { type: 'image' }>['area']): void {
    const read = this.#server.readRect(surfaceId, area);
    const isSame = read.format === this.canvas.surface(surfaceId)?.format;
    const pixels = isSame ? read : xrgbBlock(read, area.right - area.left);
    this.#draw({ type: 'image', surfaceId, area, pixels, loss: false });
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
        return this.canvas.draw(item.loss ? degradedDraw(item.drawable) : item.drawable);
      case 'image': {
        const { area, pixels, surfaceId } = item;
        const width = area.right - area.left;
        const height = area.bottom - area.top;
        const format = pixels.format === 16 ? 6 : pixels.format === 96 ? 9 : 8;
        const bitmap: Bitmap = {
          type: 'bitmap',
          format,
          topDown: true,
          unstable: false,
          width,
          height,
          stride: pixels.stride,
          palette: null,
          data: pixels.bytes,
        };
        const image = imageOf(item.loss ? degraded(bitmap) : bitmap);
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

  join(
    abilities: ClientAbilities = fullAbilities,
    limits: Partial<QueueLimits> = {},
    loss?: LossChoice,
  ): QueueClient {
    const client = new QueueClient(this.canvas, abilities, limits, loss);
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
