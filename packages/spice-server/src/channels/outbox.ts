import { Writer } from '@lazyspice/core';
import { FrameWriter, type MessageEncoder } from '../wire/framing.js';

/** Messages on their way to one client, as chunks; large payloads stay where they are. */
export class Outbox {
  readonly #writer = new Writer();
  readonly #frames: FrameWriter;

  constructor(miniHeader: boolean) {
    this.#frames = new FrameWriter(miniHeader);
  }

  /** The serial of the last message. */
  get serial(): number {
    return this.#frames.serial;
  }

  /** Bytes written and not taken. */
  get length(): number {
    return this.#writer.length;
  }

  send<Body>(message: MessageEncoder<Body>, body: Body): void {
    this.#frames.write(this.#writer, message, body);
  }

  take(): readonly Uint8Array[] {
    return this.#writer.takeChunks();
  }
}
