import type { VgaAdapter, VgaPicture } from '@lazyspice/core';
import { TextRenderer } from '../console/text-renderer.js';
import type { V86Cpu, V86Emulator, V86Layer, V86Vga } from '../emulator/internals.js';

/** Milliseconds between the cursor's changes: two thirds of the time of a VGA's blinking attribute. */
const cursorBlink = 266;
/** Pixels of the largest mode that is shown. */
const maxPixels = 8192 * 8192;

/** v86's pixels are 0xAABBGGRR, a picture's 0xXXRRGGBB. */
function copyRow(target: Uint32Array, at: number, source: Uint32Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const pixel = source[from + i];
    target[at + i] = ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
  }
}

/** The picture of v86's VGA: text modes drawn here, graphics modes as v86 converts them. */
export class V86VgaSource implements VgaAdapter {
  readonly #vga: V86Vga;
  readonly #now: () => number;
  readonly #text = new TextRenderer();
  #pixels = new Uint32Array(0);
  #width = 0;
  #height = 0;
  #graphical = false;
  #listener: (() => void) | null = null;

  constructor(emulator: V86Emulator, vga: V86Vga, now: () => number) {
    this.#vga = vga;
    this.#now = now;
    emulator.screen_adapter.update_buffer = (layers) => this.#paint(layers);
    this.#watchPorts(emulator.v86.cpu);
  }

  picture(): VgaPicture | null {
    if (this.#vga.palette_source === 0 || (this.#vga.clocking_mode & 0x20) !== 0) return null;
    if (this.#vga.graphical_mode) {
      if (!this.#resize(this.#vga.screen_width, this.#vga.screen_height, true)) return null;
      this.#vga.screen_fill_buffer();
    } else {
      this.#drawText();
    }
    return {
      width: this.#width,
      height: this.#height,
      stride: this.#width * 4,
      bytes: new Uint8Array(this.#pixels.buffer),
    };
  }

  onPortWrite(listener: (() => void) | null): void {
    this.#listener = listener;
  }

  #drawText(): void {
    const visible = Math.floor(this.#now() / cursorBlink) % 2 === 0;
    const { width, height } = this.#text.draw(this.#vga, visible);
    this.#pixels = this.#text.pixels;
    this.#width = width;
    this.#height = height;
    this.#graphical = false;
    // Nobody else tells the guest of vertical retraces.
    this.#vga.screen_fill_buffer();
  }

  /** False: there is no picture of that size. A new size draws everything anew. */
  #resize(width: number, height: number, graphical: boolean): boolean {
    if (width <= 0 || height <= 0 || width * height > maxPixels) return false;
    if (this.#width === width && this.#height === height && this.#graphical === graphical) return true;
    this.#width = width;
    this.#height = height;
    this.#graphical = graphical;
    this.#pixels = new Uint32Array(width * height);
    this.#vga.complete_replot();
    this.#vga.complete_redraw();
    return true;
  }

  #paint(layers: readonly V86Layer[]): void {
    for (const layer of layers) {
      const { image_data: image } = layer;
      if (image.data.byteLength === 0) continue;
      const source = new Uint32Array(image.data.buffer, image.data.byteOffset, image.data.byteLength >> 2);
      const left = Math.max(0, layer.screen_x);
      const right = Math.min(this.#width, layer.screen_x + layer.buffer_width);
      const shift = layer.buffer_x + left - layer.screen_x;
      for (let row = 0; row < layer.buffer_height; row++) {
        const y = layer.screen_y + row;
        const bufferY = layer.buffer_y + row;
        if (y < 0 || y >= this.#height || bufferY >= image.height || right <= left) continue;
        copyRow(this.#pixels, y * this.#width + left, source, bufferY * image.width + shift, right - left);
      }
    }
  }

  #watchPorts(cpu: V86Cpu): void {
    for (let port = 0x3c0; port <= 0x3df; port++) {
      const entry = cpu.io.ports[port];
      const { write8, write16 } = entry;
      entry.write8 = (value, p) => {
        write8.call(entry.device, value, p);
        this.#listener?.();
      };
      entry.write16 = (value, p) => {
        write16.call(entry.device, value, p);
        this.#listener?.();
      };
    }
  }
}
