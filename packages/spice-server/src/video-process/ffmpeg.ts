import { execFile } from 'node:child_process';
import { BitmapFormat } from '@lazyspice/core';
import type {
  VideoCodecName,
  VideoEncoder,
  VideoEncoderSource,
  VideoRate,
  VideoShape,
} from '../display/streams/video-encoder.js';
import { ffmpegEncoders } from './ffmpeg-arguments.js';
import { FfmpegEncoder } from './ffmpeg-encoder.js';

export interface FfmpegOptions {
  /** Default: `ffmpeg`, as the shell finds it. */
  readonly program?: string;
  readonly log: (message: string) => void;
  /** As `FfmpegEncoderOptions`; default 3000. */
  readonly frameLimitMs?: number;
}

const probeLimitMs = 10_000;
/** Bytes of the list of encoders. */
const maxProbeBytes = 1024 * 1024;
/** Processes at one time; streams beyond them get MJPEG. */
const maxProcesses = 8;
/** Failures of one codec after which it is not tried any more. */
const maxFailures = 3;
/** Pixels of a side: what ffmpeg's encoders take at least, and at most. */
const minSide = 16;
const maxSide = 8192;
const pictureFormats: readonly BitmapFormat[] = [BitmapFormat.values.rgb32, BitmapFormat.values.rgba];

/** Encoders in child processes of the ffmpeg program, as far as it is installed and can make the codecs. */
export class FfmpegSource implements VideoEncoderSource {
  readonly #program: string;
  readonly #options: FfmpegOptions;
  readonly #codecs: ReadonlySet<VideoCodecName>;
  readonly #running = new Set<FfmpegEncoder>();
  readonly #failures = new Map<VideoCodecName, number>();

  private constructor(program: string, options: FfmpegOptions, codecs: ReadonlySet<VideoCodecName>) {
    this.#program = program;
    this.#options = options;
    this.#codecs = codecs;
  }

  /** Looks what the program can do, and says it in one line. Null: nothing, or it is not there. */
  static async probe(options: FfmpegOptions): Promise<FfmpegSource | null> {
    const { program = 'ffmpeg', log } = options;
    const listed = await listEncoders(program);
    if (typeof listed !== 'string') {
      log(`video: ${program} cannot be used (${listed.message}): MJPEG only`);
      return null;
    }
    const codecs = new Set<VideoCodecName>();
    const names: string[] = [];
    for (const [codec, encoder] of Object.entries(ffmpegEncoders)) {
      if (!new RegExp(`^\\s*V\\S*\\s+${encoder}\\s`, 'm').test(listed)) continue;
      codecs.add(codec as VideoCodecName);
      names.push(`${codec} (${encoder})`);
    }
    log(`video: ${program} makes ${names.join(', ') || 'no codec that is known here'}`);
    return codecs.size === 0 ? null : new FfmpegSource(program, options, codecs);
  }

  /** Processes that run. */
  get processes(): number {
    return this.#running.size;
  }

  has(codec: VideoCodecName): boolean {
    return this.#codecs.has(codec) && (this.#failures.get(codec) ?? 0) < maxFailures;
  }

  create(codec: VideoCodecName, shape: VideoShape, rate: VideoRate): VideoEncoder | null {
    const name = ffmpegEncoders[codec];
    if (name === undefined || !this.has(codec) || this.#running.size >= maxProcesses || !fits(codec, shape))
      return null;
    const encoder = new FfmpegEncoder({
      program: this.#program,
      codec,
      encoder: name,
      shape,
      rate,
      frameLimitMs: this.#options.frameLimitMs ?? 3000,
      ended: (reason) => {
        this.#running.delete(encoder);
        if (reason === null) return;
        this.#failures.set(codec, (this.#failures.get(codec) ?? 0) + 1);
        this.#options.log(`video: the encoder of ${codec} failed: ${reason}`);
      },
    });
    this.#running.add(encoder);
    return encoder;
  }

  close(): void {
    for (const encoder of [...this.#running]) encoder.close();
  }
}

function fits(codec: VideoCodecName, { width, height, format }: VideoShape): boolean {
  if (!pictureFormats.includes(format)) return false;
  if (Math.min(width, height) < minSide || Math.max(width, height) > maxSide) return false;
  // H.264 with halved colours has even sides.
  return codec !== 'h264' || (width % 2 === 0 && height % 2 === 0);
}

function listEncoders(program: string): Promise<string | Error> {
  return new Promise((resolve) => {
    const options = { timeout: probeLimitMs, maxBuffer: maxProbeBytes };
    execFile(program, ['-hide_banner', '-encoders'], options, (error, stdout) => resolve(error ?? stdout));
  });
}
