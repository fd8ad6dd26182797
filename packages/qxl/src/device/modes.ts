/** A mode of the ROM's table (§2.2). */
export interface QxlMode {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly bits: 16 | 32;
  /** Bytes from row to row. */
  readonly stride: number;
  readonly orientation: 0 | 1;
}

const sizes: readonly (readonly [number, number])[] = [
  [640, 480],
  [800, 480],
  [800, 600],
  [832, 624],
  [960, 640],
  [1024, 600],
  [1024, 768],
  [1152, 864],
  [1152, 870],
  [1280, 720],
  [1280, 760],
  [1280, 768],
  [1280, 800],
  [1280, 960],
  [1280, 1024],
  [1360, 768],
  [1366, 768],
  [1400, 1050],
  [1440, 900],
  [1600, 900],
  [1600, 1200],
  [1680, 1050],
  [1920, 1080],
  [1920, 1200],
  [1920, 1440],
  [2000, 2000],
  [2048, 1536],
  [2048, 2048],
  [2560, 1440],
  [2560, 1600],
  [2560, 2048],
  [2800, 2100],
  [3200, 2400],
  [3840, 2160],
  [4096, 2160],
  [7680, 4320],
  [8192, 4320],
];

/** The modes that fit into the frame buffer. SET_MODE's argument is an index into this list. */
export function modesFor(vgaMemory: number): readonly QxlMode[] {
  const modes: QxlMode[] = [];
  let id = 0;
  for (const [width, height] of sizes) {
    for (const orientation of [0, 1] as const) {
      for (const bits of [16, 32] as const) {
        const stride = (width * bits) / 8;
        if (height * stride <= vgaMemory) modes.push({ id, width, height, bits, stride, orientation });
        id++;
      }
    }
  }
  return modes;
}

/** Bytes of one entry of the ROM's table. */
export const modeBytes = 32;

/** Physical size in mm that the table states for so many pixels. */
export const millimetres = (pixels: number): number => Math.floor(0.293_687_5 * pixels);
