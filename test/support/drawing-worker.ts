import type { QxlCommand, QxlWorker } from '@lazyspice/core';

/** A server's end that draws what it is given. */
export class DrawingWorker implements QxlWorker {
  readonly commands: QxlCommand[] = [];
  /** Commands that are taken before the ring is full. */
  room = Number.POSITIVE_INFINITY;
  /** False: it is busy with a batch until `handled`. */
  handlesAtOnce = false;
  pixels = new Uint32Array(0);
  width = 0;
  takesMonitors = false;
  #flushes: (() => void)[] = [];
  #waiting: (() => void)[] = [];

  submit(command: QxlCommand): boolean {
    if (this.room <= 0) return false;
    this.room--;
    this.commands.push(command);
    if (command.type === 'primaryCreate') {
      this.pixels = new Uint32Array(command.width * command.height);
      this.width = command.width;
    }
    if (command.type === 'draw' && command.drawable.operation.type === 'copy') {
      const { box, operation } = command.drawable;
      const content = operation.source?.content;
      if (content?.type !== 'bitmap') throw new Error('no bitmap');
      const source = new Uint32Array(content.data.slice().buffer);
      for (let y = box.top; y < box.bottom; y++) {
        const from = (y - box.top) * content.width;
        this.pixels.set(source.subarray(from, from + content.width), y * this.width + box.left);
      }
    }
    return true;
  }

  /** What was submitted, by type. */
  get types(): string[] {
    return this.commands.map(({ type }) => type);
  }

  flush(): Promise<void> {
    return this.handlesAtOnce ? Promise.resolve() : new Promise((resolve) => this.#flushes.push(resolve));
  }

  /** The batch has been drawn. */
  async handled(): Promise<void> {
    for (const resolve of this.#flushes.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  space(): Promise<void> {
    return this.room > 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The ring has room again. */
  async makeRoom(): Promise<void> {
    this.room = Number.POSITIVE_INFINITY;
    for (const resolve of this.#waiting.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  spaceNow(): boolean {
    return this.room > 0;
  }

  kick(): void {}

  read(): Promise<null> {
    return Promise.resolve(null);
  }

  readNow(): null {
    return null;
  }

  takesClientMonitors(takes: boolean): void {
    this.takesMonitors = takes;
  }
}
