import type { RecordInterface, RecordServer, SoundFormat } from '@lazyspice/core';
import type { RecordSource } from '../display/display-link.js';

/** Bytes of sound kept for QEMU: more than half a second at 48 kHz in stereo. What comes on top is dropped. */
const maxKept = 128 * 1024;

/** The sound that the guest records. QEMU asks at its own pace; silence fills what clients have not sent. */
export class QemuRecord implements RecordSource {
  #server: RecordServer | null = null;
  #format: SoundFormat | null = null;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #volume: { readonly muted: boolean; readonly volumes: readonly number[] } | null = null;
  /** The side that the server sees. */
  readonly device: RecordInterface = {
    kind: 'record',
    name: 'qemu-record',
    attached: (server) => {
      this.#server = server;
      this.#tellVolume();
      if (this.#format !== null) server.start(this.#format);
    },
    detached: () => {
      this.#server = null;
      this.#drop();
    },
    start: () => this.#drop(),
    samples: (buffer) => this.#keep(new Uint8Array(buffer)),
    stop: () => this.#drop(),
  };

  start(format: SoundFormat): void {
    this.#format = format;
    this.#drop();
    this.#server?.start(format);
  }

  stop(): void {
    this.#format = null;
    this.#drop();
    this.#server?.stop();
  }

  read(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    if (this.#format?.sampleFormat === 'u8') bytes.fill(0x80);
    let filled = 0;
    while (filled < size && this.#kept.length > 0) {
      const part = this.#kept[0].subarray(0, size - filled);
      bytes.set(part, filled);
      filled += part.length;
      if (part.length === this.#kept[0].length) this.#kept.shift();
      else this.#kept[0] = this.#kept[0].subarray(part.length);
    }
    this.#keptBytes -= filled;
    return bytes;
  }

  volume(muted: boolean, volumes: readonly number[]): void {
    this.#volume = { muted, volumes };
    this.#tellVolume();
  }

  #tellVolume(): void {
    if (this.#volume === null) return;
    const { muted, volumes } = this.#volume;
    if (volumes.length > 0) this.#server?.setVolume(volumes);
    this.#server?.setMute(muted);
  }

  #keep(samples: Uint8Array): void {
    if (this.#format === null || this.#keptBytes + samples.length > maxKept) return;
    this.#kept.push(samples);
    this.#keptBytes += samples.length;
  }

  #drop(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }
}
