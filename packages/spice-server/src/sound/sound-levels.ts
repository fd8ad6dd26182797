/** Channels of a volume. */
const maxChannels = 8;
export const fullVolume = 0xffff;

/** How loud the guest wants a device to be. Clients do it. */
export class SoundLevels {
  readonly #changed: () => void;
  #volumes: readonly number[] = [fullVolume, fullVolume];
  #muted = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** 0..65535 for each channel of the wire, of which there are two at least. */
  get volumes(): readonly number[] {
    return this.#volumes;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Values out of range are cut; the volume of one channel is that of both. Without channels nothing changes. */
  setVolume(volumes: readonly number[]): void {
    if (!Array.isArray(volumes) || volumes.length === 0) return;
    const cut = volumes
      .slice(0, maxChannels)
      .map((volume) => Math.max(0, Math.min(fullVolume, Math.round(Number(volume) || 0))));
    this.#volumes = cut.length === 1 ? [cut[0], cut[0]] : cut;
    this.#changed();
  }

  setMute(muted: boolean): void {
    this.#muted = muted === true;
    this.#changed();
  }

  /** As for a device of which nothing is known yet. */
  reset(): void {
    this.#volumes = [fullVolume, fullVolume];
    this.#muted = false;
    this.#changed();
  }
}
