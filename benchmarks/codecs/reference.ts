import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/**
 * The C side, compiled for this run: plain C and liblz4 from `sharedDir`/peer/codec-ref.c, plain C for GLZ and the
 * system's libjpeg from glz-jpeg-reference.c. What cannot be compiled here is left out, and said so.
 */
export class References {
  readonly #folder = mkdtempSync(join(tmpdir(), 'codec-bench-'));
  readonly #programs: string[] = [];

  constructor(sharedDir: string | undefined) {
    if (!existsSync('/usr/include/lz4.h')) writeFileSync(join(this.#folder, 'lz4.h'), lz4Header);
    if (sharedDir !== undefined) this.#compile(join(sharedDir, 'peer', 'codec-ref.c'), '-l:liblz4.so.1');
    this.#compile(fileURLToPath(new URL('glz-jpeg-reference.c', import.meta.url)), '-ljpeg');
  }

  /** Runs every encoder on one image for `seconds` each. */
  measure(image: BenchImage, seconds: number): Map<string, ReferenceFigure> {
    const file = join(this.#folder, 'pixels');
    writeFileSync(file, image.pixels);
    const args = [String(seconds), file, String(image.width), String(image.height)];
    const lines = this.#programs.flatMap((program) =>
      execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n'),
    );
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

  #compile(source: string, library: string): void {
    const program = join(this.#folder, `reference-${this.#programs.length}`);
    try {
      execFileSync('gcc', ['-O2', '-I', this.#folder, source, '-o', program, library], { stdio: 'pipe' });
      this.#programs.push(program);
    } catch (error) {
      console.error(`without ${source}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
