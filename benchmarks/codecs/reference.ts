import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchImage } from './images.js';

/** What the program needs of liblz4's header where only the library itself is installed. */
const lz4Header = `#include <stddef.h>
#define LZ4_compressBound(n) ((n) + (n) / 255 + 16)
typedef union { char bytes[16416]; void *align; } LZ4_stream_t;
LZ4_stream_t *LZ4_initStream(void *, size_t);
int LZ4_compress_fast_continue(LZ4_stream_t *, const char *, char *, int, int, int);
`;

export interface ReferenceFigure {
  /** 10^6 bytes of pixels a second, the best encode of the run. */
  readonly speed: number;
  readonly bytes: number;
}

/** Plain C encoders and liblz4, compiled for this run from `sharedDir`/peer/codec-ref.c. */
export class Reference {
  readonly #folder: string;
  readonly #program: string;

  constructor(sharedDir: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'codec-bench-'));
    this.#program = join(this.#folder, 'reference');
    if (!existsSync('/usr/include/lz4.h')) writeFileSync(join(this.#folder, 'lz4.h'), lz4Header);
    const source = join(sharedDir, 'peer', 'codec-ref.c');
    execFileSync('gcc', ['-O2', '-I', this.#folder, source, '-o', this.#program, '-l:liblz4.so.1'], {
      stdio: 'inherit',
    });
  }

  /** Runs every encoder on one image for `seconds`. */
  measure(image: BenchImage, seconds: number): Map<string, ReferenceFigure> {
    const file = join(this.#folder, 'pixels');
    writeFileSync(file, image.pixels);
    const args = [String(seconds), file, String(image.width), String(image.height)];
    const lines = execFileSync(this.#program, args, { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      lines.map((line) => {
        const [, codec = '', speed, bytes] = line.split(' ');
        return [codec, { speed: Number(speed), bytes: Number(bytes) }];
      }),
    );
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
