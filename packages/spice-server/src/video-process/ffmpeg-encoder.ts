import { type ChildProcess, spawn } from 'node:child_process';
import { rowBytes } from '../codecs/contract.js';
import { packRows } from '../codecs/images.js';
import type {
  VideoCodecName,
  VideoEncoder,
  VideoPicture,
  VideoRate,
  VideoShape,
} from '../display/streams/video-encoder.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { FlvFrames } from './flv-frames.js';
import { IvfFrames } from './ivf-frames.js';

export interface FfmpegEncoderOptions {
  readonly program: string;
  readonly codec: VideoCodecName;
  /** ffmpeg's name of the encoder. */
  readonly encoder: string;
  readonly shape: VideoShape;
  readonly rate: VideoRate;
  /** A frame that takes longer ends the encoder; ms. */
  readonly frameLimitMs: number;
  /** The encoder has come to its end, for this reason, or because it was closed: null. */
  ended(reason: string | null): void;
}

/** The program is started anew when the bit rate has changed by more than this factor. */
const rateFactor = 1.5;
/** But not more often than this, in ms: every start costs a key frame. */
const restartMs = 3000;
/** Bytes of what the program says that are kept. */
const maxErrorBytes = 2000;

/** Frames of one stream from a child process. One picture is in it at a time. */
export class FfmpegEncoder implements VideoEncoder {
  readonly codec: VideoCodecName;
  readonly #options: FfmpegEncoderOptions;
  #child: ChildProcess | null = null;
  #rate: VideoRate;
  #startedAt = 0;
  #done: ((frame: Uint8Array | null) => void) | null = null;
  #alarm: NodeJS.Timeout | null = null;
  #errors = '';
  #closed = false;

  constructor(options: FfmpegEncoderOptions) {
    this.codec = options.codec;
    this.#options = options;
    this.#rate = options.rate;
    this.#start();
  }

  encode({ image }: VideoPicture, rate: VideoRate, done: (frame: Uint8Array | null) => void): void {
    const stdin = this.#restarted(rate)?.stdin;
    if (stdin === null || stdin === undefined) return done(null);
    this.#done = done;
    const { format, width, height } = image;
    const stride = rowBytes(format, width);
    const pixels = new Uint8Array(stride * height);
    packRows(image, stride, 0, height, pixels, 0);
    stdin.write(pixels);
    this.#alarm = setTimeout(() => this.#fail('it hangs'), this.#options.frameLimitMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#done = null;
    this.#end(null);
  }

  /** The program, with the bit rate that is wanted; null: it is at its end. */
  #restarted(rate: VideoRate): ChildProcess | null {
    const factor = rate.bitRate / this.#rate.bitRate;
    const differs = factor > rateFactor || factor < 1 / rateFactor;
    if (this.#child !== null && differs && performance.now() - this.#startedAt >= restartMs) {
      this.#kill();
      this.#rate = rate;
      this.#start();
    }
    return this.#child;
  }

  #start(): void {
    const { program, encoder, shape } = this.#options;
    const child = spawn(program, ffmpegArguments(encoder, shape, this.#rate), {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#startedAt = performance.now();
    const frames =
      this.codec === 'h264' ? new FlvFrames((f) => this.#frame(f)) : new IvfFrames((f) => this.#frame(f));
    const current = (work: () => void) => (): void => {
      if (this.#child === child) work();
    };
    child.on('error', (error) => current(() => this.#fail(error.message))());
    child.on('exit', (code, signal) => current(() => this.#fail(this.#errors || `exit ${code ?? signal}`))());
    // A program that has ended says so itself.
    child.stdin.on('error', () => {});
    child.stderr.on('data', (text: Buffer) => {
      if (this.#errors.length < maxErrorBytes) this.#errors += text.toString();
    });
    child.stdout.on('data', (bytes: Buffer) =>
      current(() => {
        try {
          frames.push(bytes);
        } catch (error) {
          this.#fail(error instanceof Error ? error.message : String(error));
        }
      })(),
    );
  }

  #frame(frame: Uint8Array): void {
    const done = this.#done;
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    this.#done = null;
    done?.(frame);
  }

  #fail(reason: string): void {
    const done = this.#done;
    this.#done = null;
    this.#end(reason.trim());
    done?.(null);
  }

  #end(reason: string | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#kill();
    this.#options.ended(reason);
  }

  #kill(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
  }
}
