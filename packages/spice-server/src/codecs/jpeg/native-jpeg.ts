/**
 * The place for a JPEG compressor that is machine code, for servers that send much noise (see benchmarks/README.md:
 * elsewhere our own is as fast). It is never needed, is installed by whoever wants it, and is found when the module starts.
 */

/** 32-bit pixels for a native compressor: B,G,R,X, rows top first. */
export interface NativeJpegImage {
  readonly pixels: Uint8Array;
  /** Pixels, 1 to 65535 each. */
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row, at least 4 * width. */
  readonly stride: number;
  /** 1 to 100, as libjpeg has it. */
  readonly quality: number;
}

/** Compresses at once, in this thread, to a baseline file of three components, 4:2:0. May throw: then ours does it. */
export type NativeJpeg = (image: NativeJpegImage) => Uint8Array;

/** What is used of the package @julusian/jpeg-turbo, which wraps libjpeg-turbo. */
export interface JpegTurbo {
  readonly FORMAT_BGRX: number;
  readonly SAMP_420: number;
  compressSync(
    pixels: Buffer,
    options: {
      readonly format: number;
      readonly subsampling: number;
      readonly width: number;
      readonly height: number;
      readonly stride: number;
      readonly quality: number;
    },
  ): Uint8Array;
}

/** libjpeg-turbo's wrapper as a compressor. */
export function fromJpegTurbo({ FORMAT_BGRX, SAMP_420, compressSync }: JpegTurbo): NativeJpeg {
  return ({ pixels, ...shape }) =>
    compressSync(Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length), {
      ...shape,
      format: FORMAT_BGRX,
      subsampling: SAMP_420,
    });
}

const packageName = '@julusian/jpeg-turbo';
let chosen: NativeJpeg | null = null;

/** The compressor to use in this thread, or null: our own. */
export const nativeJpeg = (): NativeJpeg | null => chosen;

/** Chooses; null goes back to our own. */
export function useNativeJpeg(native: NativeJpeg | null): void {
  chosen = native;
}

const importPackage = async (): Promise<JpegTurbo> => {
  const module = (await import(packageName)) as JpegTurbo & { readonly default?: JpegTurbo };
  return module.default ?? module;
};

/** Uses the package if it is installed and works; returns whether. `load` gives the package or rejects. */
export async function findNativeJpeg(load: () => Promise<JpegTurbo> = importPackage): Promise<boolean> {
  try {
    const native = fromJpegTurbo(await load());
    const probe = native({
      pixels: new Uint8Array(16 * 16 * 4),
      width: 16,
      height: 16,
      stride: 64,
      quality: 85,
    });
    if (probe[0] !== 0xff || probe[1] !== 0xd8) return false;
    useNativeJpeg(native);
    return true;
  } catch {
    return false;
  }
}
