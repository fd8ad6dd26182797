import type { PlaybackInterface, PlaybackServer, SoundFormat } from '@lazyspice/core';
import type { PlaybackSink } from '../display/display-link.js';

/** The sound that the guest plays. A server that comes later hears what goes on. */
export class QemuPlayback implements PlaybackInterface, PlaybackSink {
  readonly kind = 'playback';
  readonly name = 'qemu-playback';
  #server: PlaybackServer | null = null;
  #format: SoundFormat | null = null;
  #volume: { readonly muted: boolean; readonly volumes: readonly number[] } | null = null;

  attached(server: PlaybackServer): void {
    this.#server = server;
    this.#tellVolume();
    if (this.#format !== null) server.start(this.#format);
  }

  detached(): void {
    this.#server = null;
  }

  start(format: SoundFormat): void {
    this.#format = format;
    this.#server?.start(format);
  }

  samples(bytes: Uint8Array): void {
    if (this.#format !== null) this.#server?.samples(bytes.slice().buffer as ArrayBuffer);
  }

  stop(): void {
    this.#format = null;
    this.#server?.stop();
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
}
