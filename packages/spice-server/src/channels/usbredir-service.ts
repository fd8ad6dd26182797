import type { CharPipe } from '../chardev/char-pipe.js';
import type { Channel } from './channel.js';
import type { CharChannelLink, CharChannelService } from './char-channel.js';
import { UsbredirChannel } from './usbredir.js';

/**
 * A slot for a USB device of a client's: one client at a time. Each is a new beginning: the guest's end hears that the
 * client is gone, unplugs what it had, and greets the next one.
 */
export class UsbredirService implements CharChannelService {
  readonly #pipe: CharPipe;
  #channel: UsbredirChannel | null = null;

  constructor(pipe: CharPipe) {
    this.#pipe = pipe;
  }

  openChannel({ link, host, local }: CharChannelLink): Channel | null {
    if (this.#channel !== null) return null;
    this.#channel = new UsbredirChannel({ link, host, local, pipe: this.#pipe }, () => {
      this.#channel = null;
    });
    return this.#channel;
  }

  guestOpened(): void {
    this.#channel?.guestReady();
  }

  data(bytes: Uint8Array): void {
    if (this.#channel === null) this.#pipe.taken(bytes.length);
    else this.#channel.guestData(bytes);
  }

  writable(): void {
    this.#channel?.guestReady();
  }

  guestBreak(): void {}

  removed(): void {
    this.#channel = null;
  }
}
