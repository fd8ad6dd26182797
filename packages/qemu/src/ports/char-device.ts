import { connect, type Socket } from 'node:net';
import type { CharDeviceType, QemuPort } from '@lazyspice/core';
import { CharDevice } from '@lazyspice/core/chardev';

/** ms until a connection that was refused or lost is tried again. */
const retryDelay = 500;
/** Types whose device is only plugged in while a client uses it. */
const onDemand: ReadonlySet<CharDeviceType> = new Set(['usbredir', 'smartcard']);

/**
 * A character device of QEMU that listens at a UNIX socket. The guest's end is open as QEMU says, not while there is a
 * connection. Bytes are taken from QEMU as far as clients have room.
 */
export class QemuCharDevice {
  readonly device: CharDevice;
  readonly path: string;
  readonly #onDemand: boolean;
  #socket: Socket | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** What QEMU has sent and the clients have no room for: less than one read of the socket. */
  #rest: Uint8Array | null = null;
  #closed = false;

  /** @param sendBreak sends a break to the guest. */
  constructor({ type, portName, path }: QemuPort, sendBreak: (device: QemuCharDevice) => void) {
    this.path = path;
    this.#onDemand = onDemand.has(type);
    this.device = new CharDevice(portName === null ? { type } : { type, portName }, {
      data: (bytes) => this.#toQemu(bytes),
      writable: () => this.#fromQemu(),
      clientOpened: (open) => this.#clientOpened(open),
      attached: () => this.#follow(),
      receiveBreak: () => sendBreak(this),
    });
  }

  /** The guest opened or closed its end, as QEMU tells. */
  guestOpened(open: boolean): void {
    this.device.setOpen(open);
  }

  close(): void {
    this.#closed = true;
    this.#disconnect();
  }

  #clientOpened(open: boolean): void {
    // A server that gives an agent up wants it to begin anew.
    if (!open && this.device.type === 'vdagent' && this.device.isAttached) this.#socket?.destroy();
    this.#follow();
  }

  /** Connects or disconnects, as is wanted now. */
  #follow(): void {
    if (!this.#wanted()) this.#disconnect();
    else if (this.#socket === null && this.#timer === null) this.#connect();
  }

  #wanted(): boolean {
    const { isAttached, isClientOpen } = this.device;
    return !this.#closed && isAttached && (isClientOpen || !this.#onDemand);
  }

  #connect(): void {
    const socket = connect({ path: this.path });
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#rest = bytes;
      this.#fromQemu();
    });
    // Seen at 'close'.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#disconnect();
      if (this.#wanted()) this.#retry();
    });
  }

  #retry(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#follow();
    }, retryDelay);
    this.#timer.unref();
  }

  #disconnect(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#rest = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }

  #toQemu(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    // Nobody is there to take it: as QEMU does with a port that is closed, it is dropped.
    if (socket === null) return Promise.resolve();
    return new Promise((resolve) => socket.write(bytes, () => resolve()));
  }

  #fromQemu(): void {
    const rest = this.#rest;
    if (rest === null) return;
    const taken = this.device.write(rest);
    this.#rest = taken < rest.length ? rest.subarray(taken) : null;
    if (this.#rest === null) this.#socket?.resume();
    else this.#socket?.pause();
  }
}
