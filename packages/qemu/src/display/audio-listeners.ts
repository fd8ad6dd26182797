import type { SampleFormat, SoundFormat } from '@lazyspice/core';
import type { DbusAnswer } from '../dbus/dbus-peer.js';
import type { DbusMessage } from '../dbus/wire/dbus-message.js';
import type { DbusValue } from '../dbus/wire/values.js';
import type { PlaybackSink, RecordSource } from './display-link.js';
import { answerProperties } from './properties.js';
import { propertiesInterface } from './qemu-objects.js';

/** Bytes that QEMU may ask for at once. */
const maxRead = 1024 * 1024;
const formatSignature = 'tybbuyuub';

/** The format in the arguments of `Init`; null: SPICE has no such sound. */
export function soundFormat(body: readonly DbusValue[]): SoundFormat | null {
  const [, bits, signed, float, frequency, channels, , , bigEndian] = body;
  const names: Readonly<Record<string, SampleFormat | undefined>> = {
    '8-false-false': 'u8',
    '16-true-false': 's16',
    '32-true-false': 's32',
    '32-true-true': 'f32',
    '32-false-true': 'f32',
  };
  const sampleFormat = names[`${bits}-${signed}-${float}`];
  if (sampleFormat === undefined || bigEndian === true || (channels !== 1 && channels !== 2)) return null;
  return { frequency: Number(frequency), channels, sampleFormat };
}

interface Stream {
  start(format: SoundFormat): void;
  stop(): void;
  volume(muted: boolean, volumes: readonly number[]): void;
}

/** What both directions have: streams with a number each, of which one is in use. */
abstract class AudioListener<S extends Stream> {
  protected readonly stream: S;
  readonly #log: (message: string) => void;
  readonly #formats = new Map<bigint, SoundFormat>();
  protected active: bigint | null = null;

  constructor(stream: S, log: (message: string) => void) {
    this.stream = stream;
    this.#log = log;
  }

  serve(message: DbusMessage): DbusAnswer | null {
    if (message.interface === propertiesInterface) return answerProperties(message);
    const { member, signature, body } = message;
    const id = body[0];
    if (typeof id !== 'bigint') throw new Error(`no method ${member}`);
    if (member === 'Init' && signature === formatSignature) this.#init(id, body);
    else if (member === 'Fini') this.#end(id);
    else if (member === 'SetEnabled' && signature === 'tb') this.#enable(id, body[1] === true);
    else if (member === 'SetVolume' && signature === 'tbay') this.#volume(body);
    else return this.data(message, id);
    return null;
  }

  /** The method that carries samples. */
  protected abstract data(message: DbusMessage, id: bigint): DbusAnswer | null;

  #init(id: bigint, body: readonly DbusValue[]): void {
    const format = soundFormat(body);
    if (format === null) this.#log(`QEMU's sound can not be carried: ${body.slice(1).join(' ')}`);
    else if (this.#formats.size < 16) this.#formats.set(id, format);
  }

  #enable(id: bigint, on: boolean): void {
    const format = this.#formats.get(id);
    if (!on) {
      if (this.active !== id) return;
      this.active = null;
      this.stream.stop();
    } else if (format !== undefined) {
      this.active = id;
      this.stream.start(format);
    }
  }

  #end(id: bigint): void {
    this.#enable(id, false);
    this.#formats.delete(id);
  }

  #volume([, muted, volumes]: readonly DbusValue[]): void {
    if (!(volumes instanceof Uint8Array) || volumes.length > 8) return;
    // 255 is full.
    this.stream.volume(
      muted === true,
      Array.from(volumes, (volume) => volume * 257),
    );
  }
}

/** What QEMU calls to be heard. */
export class AudioOutListener extends AudioListener<PlaybackSink> {
  protected override data({ member, signature, body }: DbusMessage, id: bigint): null {
    if (member !== 'Write' || signature !== 'tay') throw new Error(`no method ${member}`);
    const samples = body[1];
    if (id === this.active && samples instanceof Uint8Array) this.stream.samples(samples);
    return null;
  }
}

/** What QEMU calls to hear. It stands still until it is answered, so it always is at once. */
export class AudioInListener extends AudioListener<RecordSource> {
  protected override data({ member, signature, body }: DbusMessage, id: bigint): DbusAnswer {
    if (member !== 'Read' || signature !== 'tt') throw new Error(`no method ${member}`);
    const size = Math.min(Number(body[1]), maxRead);
    return { signature: 'ay', body: [id === this.active ? this.stream.read(size) : new Uint8Array(size)] };
  }
}
