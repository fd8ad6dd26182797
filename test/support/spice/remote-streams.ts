import type { Bitmap, Clip, Rect } from '@lazyspice/core';
import { JpegDecoder } from '../../../packages/spice-server/src/codecs/jpeg/jpeg-decoder.js';
import type { Canvas } from '../../../packages/spice-server/src/display/canvas/canvas.js';
import { rect } from '../../../packages/spice-server/src/display/geometry/rect.js';
import type { ServerMessage } from '../../../packages/spice-server/src/protocol/messages.js';
import { copyImage, drawable, imageOf, solid } from './commands.js';

type Message<N extends ServerMessage<'display'>['name']> = Extract<
  ServerMessage<'display'>,
  { name: N }
>['body'];

interface RemoteStream {
  readonly created: Message<'streamCreate'>;
  clip: Clip;
  readonly mmTimes: number[];
}

/** What frames of codecs that are not decoded here are painted as. */
export const undecodedColor = 0xff00ff;
const mjpeg = 1;

/** The video streams of a client: frames are painted at once, through the clip. Strict about ids and times. */
export class RemoteStreams {
  readonly running = new Map<number, RemoteStream>();
  readonly #canvas: Canvas;
  readonly #clips: boolean;
  readonly #jpeg = new JpegDecoder();

  constructor(canvas: Canvas, clips: boolean) {
    this.#canvas = canvas;
    this.#clips = clips;
  }

  create(created: Message<'streamCreate'>): void {
    if (this.running.has(created.id)) throw new Error(`stream ${created.id} is there already`);
    if (this.#canvas.surface(created.surfaceId) === undefined) throw new Error('a stream on no surface');
    this.running.set(created.id, { created, clip: created.clip, mmTimes: [] });
  }

  clip({ id, clip }: Message<'streamClip'>): void {
    this.#stream(id).clip = clip;
  }

  destroy(id: number): void {
    this.#stream(id);
    this.running.delete(id);
  }

  data({ id, mmTime, data }: Message<'streamData'>): void {
    const { created } = this.#stream(id);
    this.#paint(
      id,
      mmTime,
      data,
      { width: created.sourceWidth, height: created.sourceHeight },
      created.destination,
    );
  }

  sized({ id, mmTime, data, width, height, destination }: Message<'streamDataSized'>): void {
    this.#paint(id, mmTime, data, { width, height }, destination);
  }

  #paint(
    id: number,
    mmTime: number,
    data: Uint8Array,
    { width, height }: { width: number; height: number },
    box: Rect,
  ): void {
    const stream = this.#stream(id);
    if (mmTime === 0 || mmTime < (stream.mmTimes.at(-1) ?? 0)) throw new Error(`a frame of time ${mmTime}`);
    stream.mmTimes.push(mmTime);
    const placement = { surfaceId: stream.created.surfaceId, clip: this.#clips ? stream.clip : null };
    if (stream.created.codec !== mjpeg) {
      this.#canvas.draw(drawable(solid(undecodedColor), box, placement));
      return;
    }
    const pixels = new Uint8Array(width * height * 4);
    this.#jpeg.decode(data, { width, height, stride: width * 4, pixels });
    const bitmap: Bitmap = {
      type: 'bitmap',
      format: 8,
      topDown: true,
      unstable: false,
      width,
      height,
      stride: width * 4,
      palette: null,
      data: pixels,
    };
    this.#canvas.draw(drawable(copyImage(imageOf(bitmap), rect(0, 0, width, height)), box, placement));
  }

  #stream(id: number): RemoteStream {
    const stream = this.running.get(id);
    if (stream === undefined) throw new Error(`there is no stream ${id}`);
    return stream;
  }
}
