import type { RecordInterface, SoundFormat } from '@lazyspice/core';
import { FrameReceiver } from './frame-maker.js';
import { formatFault, writeSamples } from './sample-format.js';
import { SoundLevels } from './sound-levels.js';

/** A client's record channel. */
export interface Recorder {
  /** Whether it is recorded may have changed. */
  recordingChanged(): void;
  levelsChanged(): void;
}

/**
 * Where a client's sound goes: the guest's device, while it records. One client is heard, the last that came: display-pipeline
 * §19.
 */
export class RecordSink {
  device: RecordInterface | null = null;
  readonly levels = new SoundLevels(() => {
    for (const recorder of this.#recorders) recorder.levelsChanged();
  });
  readonly #complain: (message: string) => void;
  /** In the order they came. */
  readonly #recorders = new Set<Recorder>();
  #format: SoundFormat | null = null;
  #receiver: FrameReceiver | null = null;
  /** The device has been told that sound comes. */
  #flowing = false;

  /** @param complain is given what a device did wrong. */
  constructor(complain: (message: string) => void) {
    this.#complain = complain;
  }

  /** The guest records this client. */
  records(recorder: Recorder): boolean {
    return this.#format !== null && [...this.#recorders].at(-1) === recorder;
  }

  join(recorder: Recorder): void {
    this.#recorders.add(recorder);
    this.#changed();
  }

  leave(recorder: Recorder): void {
    this.#recorders.delete(recorder);
    this.#changed();
  }

  /** The device begins to record, or goes on in another format. */
  start(format: SoundFormat): void {
    const fault = formatFault(format);
    if (fault !== null) {
      this.#complain(`record: ${fault}`);
      return this.stop();
    }
    const goesOn = this.#format !== null;
    this.#format = format;
    this.#receiver = new FrameReceiver(format);
    if (!goesOn) this.#changed();
  }

  stop(): void {
    if (this.#format === null) return;
    this.#format = null;
    this.#receiver = null;
    this.#changed();
  }

  /** One frame from the client that is recorded. */
  deliver(frame: Int16Array): void {
    if (this.#format === null || this.#receiver === null) return;
    if (!this.#flowing) this.device?.start();
    this.#flowing = true;
    this.device?.samples(writeSamples(this.#receiver.convert(frame), this.#format.sampleFormat));
  }

  /** Another client is recorded from now on, or none. */
  #changed(): void {
    if (this.#flowing) this.device?.stop();
    this.#flowing = false;
    for (const recorder of this.#recorders) recorder.recordingChanged();
  }
}
