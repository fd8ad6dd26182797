import type { CharPipe } from '../chardev/char-pipe.js';
import { GuestQueue } from '../chardev/guest-queue.js';
import { encodeVsc, VscError, type VscMessage, VscStream, vscTypes } from '../chardev/vsc-stream.js';
import type { Channel } from './channel.js';
import type { CharChannelLink, CharChannelService } from './char-channel.js';
import { SmartcardChannel } from './smartcard.js';

const headerBytes = 12;

/**
 * The guest's card reader, as a device that speaks VSC with big-endian numbers (QEMU's ccid-card-passthru): one client at a
 * time. What a client began to say reaches the guest whole, also when the client has gone.
 */
export class SmartcardService implements CharChannelService {
  readonly #pipe: CharPipe;
  readonly #stream = new VscStream();
  readonly #toGuest: GuestQueue;
  #channel: SmartcardChannel | null = null;

  constructor(pipe: CharPipe) {
    this.#pipe = pipe;
    this.#toGuest = new GuestQueue(pipe);
  }

  openChannel({ link, host }: CharChannelLink): Channel | null {
    if (this.#channel !== null) return null;
    const pipe = this.#pipe;
    const toGuest = this.#toGuest;
    this.#channel = new SmartcardChannel(link, host, {
      get isOpen() {
        return pipe.isOpen;
      },
      get isCongested() {
        return toGuest.isCongested;
      },
      write: (message) => toGuest.push(encodeVsc(message)),
      taken: (bytes) => pipe.taken(bytes),
      left: () => {
        this.#channel = null;
        pipe.setClientOpen(false);
      },
    });
    pipe.setClientOpen(true);
    return this.#channel;
  }

  guestOpened(): void {
    this.#stream.reset();
    this.writable();
  }

  data(bytes: Uint8Array): void {
    let messages: VscMessage[];
    try {
      messages = this.#stream.feed(bytes);
    } catch (error) {
      if (!(error instanceof VscError)) throw error;
      return this.#pipe.giveUp(error);
    }
    let kept = 0;
    for (const message of messages) {
      if (this.#channel === null || message.type === vscTypes.init) continue;
      // A message that came in parts was counted as taken in part already.
      const cost = Math.min(bytes.length - kept, headerBytes + message.data.length);
      kept += cost;
      this.#channel.guestSaid(message, cost);
    }
    this.#pipe.taken(bytes.length - kept);
  }

  writable(): void {
    this.#toGuest.flush();
    this.#channel?.guestReady();
  }

  guestBreak(): void {}

  removed(): void {
    this.#channel = null;
  }
}
