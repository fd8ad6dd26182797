import type { MachineClock, SerialLine } from '@lazyspice/core';
import { CharDevice } from '@lazyspice/core/chardev';
import type { V86Uart } from '../emulator/internals.js';
import { GuestInput } from './guest-input.js';

/** Bytes that may wait in the UART for the guest; v86 has room for 4095. */
const mostUnread = 1024;
/** Bytes of output that wait for clients; a serial line can not be told to stop, so more is dropped. */
const mostKept = 65_536;

/** Output that clients have not taken yet, the oldest first. */
class KeptOutput {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  keep(bytes: Uint8Array): void {
    const room = bytes.subarray(0, mostKept - this.#length);
    if (room.length === 0) return;
    this.#pieces.push(room);
    this.#length += room.length;
  }

  /** Writes as much as is taken; true when nothing is left. */
  drain(write: (bytes: Uint8Array) => number): boolean {
    while (this.#pieces.length > 0) {
      const [piece] = this.#pieces;
      const taken = write(piece);
      this.#length -= taken;
      if (taken < piece.length) {
        this.#pieces[0] = piece.subarray(taken);
        return false;
      }
      this.#pieces.shift();
    }
    return true;
  }
}

/** A serial line as a SPICE port. It is always open. */
export function createSerialPort(
  line: SerialLine,
  uart: V86Uart,
  clock: MachineClock,
  portName: string,
): CharDevice {
  const input = new GuestInput(clock, (bytes) => {
    const given = Math.max(0, Math.min(bytes.length, mostUnread - uart.input.length));
    line.send(bytes.subarray(0, given));
    return given;
  });
  const kept = new KeptOutput();
  const write = (bytes: Uint8Array): number => device.write(bytes);
  const device = new CharDevice(
    { type: 'port', portName, name: 'serial' },
    {
      data: (bytes) => input.push(bytes),
      writable: () => void kept.drain(write),
      attached: (attached) => {
        if (!attached) input.clear();
      },
    },
  );
  device.setOpen(true);
  line.onOutput((bytes) => {
    kept.keep(bytes);
    kept.drain(write);
  });
  return device;
}
