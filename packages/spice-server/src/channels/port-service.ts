import type { CharPipe } from '../chardev/char-pipe.js';
import { protocolLimits } from '../protocol/limits.js';
import type { Channel } from './channel.js';
import type { CharChannelLink, CharChannelService } from './char-channel.js';
import { PortChannel, type PortChannelName } from './port.js';

/** A port of the machine: one client at a time has it open; without one the guest's bytes are lost, as on a serial line. */
export class PortService implements CharChannelService {
  readonly #pipe: CharPipe;
  readonly #portName: string;
  #channel: PortChannel | null = null;

  readonly #channelName: PortChannelName;

  /**
   * @param portName as the client is told; 1 to 1023 bytes.
   * @throws RangeError for another name.
   */
  constructor(pipe: CharPipe, portName: string, channelName: PortChannelName = 'port') {
    this.#pipe = pipe;
    this.#portName = portName;
    this.#channelName = channelName;
    const bytes = Buffer.byteLength(this.#portName);
    if (bytes === 0 || bytes >= protocolLimits.portName) {
      throw new RangeError(`a port's name has 1..${protocolLimits.portName - 1} bytes, not ${bytes}`);
    }
  }

  openChannel({ link, host, local }: CharChannelLink): Channel | null {
    if (this.#channel !== null) return null;
    const names = { channel: this.#channelName, port: this.#portName };
    const channel = new PortChannel({ link, host, local, pipe: this.#pipe }, names, () => {
      this.#channel = null;
    });
    this.#channel = channel;
    return channel;
  }

  guestOpened(open: boolean): void {
    this.#channel?.guestOpened(open);
  }

  data(bytes: Uint8Array): void {
    if (this.#channel === null) this.#pipe.taken(bytes.length);
    else this.#channel.guestData(bytes);
  }

  writable(): void {
    this.#channel?.guestReady();
  }

  guestBreak(): void {
    this.#channel?.guestBreak();
  }

  removed(): void {
    this.#channel = null;
  }
}
