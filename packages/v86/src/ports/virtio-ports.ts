import type { CharDeviceInterface, CharDeviceType, MachineClock } from '@lazyspice/core';
import { CharDevice } from '@lazyspice/core/chardev';
import type { V86Emulator, V86VirtioConsole, V86VirtioQueue } from '../emulator/internals.js';
import { GuestInput } from './guest-input.js';

interface PortIdentity {
  /** Its number at the device, 1..3; port 0 is a console and stays one. */
  readonly number: number;
  /** What the guest knows it by. */
  readonly guestName: string;
  readonly type: CharDeviceType;
}
const ports: readonly PortIdentity[] = [
  { number: 1, guestName: 'com.redhat.spice.0', type: 'vdagent' },
  { number: 2, guestName: 'org.lazyspice.port.0', type: 'port' },
];

/** The control queue that the guest writes to. */
const controlQueue = 3;
const receiveQueue = (port: number): number => 2 * port + 2;
const transmitQueue = (port: number): number => 2 * port + 3;
const consoleEvent = 4;
const openEvent = 6;
/** Bytes of a buffer that Linux posts; v86 would cut what is longer than the guest's buffer. */
const mostPerBuffer = 4096;

/** One port: what the guest writes waits in its queue until clients have room for it. */
class VirtioPort {
  readonly device: CharDevice;
  readonly #console: V86VirtioConsole;
  readonly #transmit: number;
  readonly #input: GuestInput;
  /** The rest of what the guest wrote last; null: all was taken. */
  #rest: Uint8Array | null = null;

  constructor(emulator: V86Emulator, clock: MachineClock, { number, guestName, type }: PortIdentity) {
    this.#console = emulator.v86.cpu.devices.virtio_console;
    this.#transmit = transmitQueue(number);
    const { queues } = this.#console.virtio;
    const receive = queues[receiveQueue(number)];
    this.#input = new GuestInput(clock, (bytes) => {
      if (!receive.is_configured() || !receive.has_request()) return 0;
      const given = bytes.slice(0, mostPerBuffer);
      emulator.bus.send(`virtio-console${number}-input-bytes`, given);
      return given.length;
    });
    const guest = {
      data: (bytes: Uint8Array): Promise<void> => this.#input.push(bytes),
      writable: (): void => this.#drain(),
      attached: (): void => this.#input.clear(),
    };
    const identity = type === 'port' ? { type, portName: guestName } : { type };
    this.device = new CharDevice({ ...identity, name: guestName }, guest);
    emulator.add_listener(`virtio-console${number}-output-bytes`, (bytes: Uint8Array) => this.#output(bytes));
    const queue = queues[this.#transmit];
    const { has_request: hasRequest } = queue;
    queue.has_request = () => this.#rest === null && hasRequest.call(queue);
  }

  setOpen(open: boolean): void {
    if (!open) this.#input.clear();
    this.device.setOpen(open);
    if (!open) this.#drain();
  }

  #output(bytes: Uint8Array): void {
    const taken = this.device.write(bytes);
    if (taken < bytes.length) this.#rest = bytes.subarray(taken);
  }

  /** Goes on with what waits, the guest's queue included: v86 looks at it only when the guest says so. */
  #drain(): void {
    const rest = this.#rest;
    this.#rest = null;
    if (rest !== null) this.#output(rest);
    const queue = this.#console.virtio.queues[this.#transmit];
    while (queue.is_configured() && queue.has_request()) {
      const request = queue.pop_request();
      const bytes = new Uint8Array(request.length_readable);
      request.get_next_blob(bytes);
      this.#console.Ack(this.#transmit, request);
      this.#output(bytes);
    }
  }
}

/** Calls back with each message that the guest puts into a queue, when v86 reads it. */
function watchQueue(queue: V86VirtioQueue, listener: (message: Uint8Array) => void): void {
  const { pop_request: popRequest } = queue;
  queue.pop_request = () => {
    const request = popRequest.call(queue);
    const { get_next_blob: getNextBlob } = request;
    request.get_next_blob = (into) => {
      const length = getNextBlob.call(request, into);
      listener(into.subarray(0, length));
      return length;
    };
    return request;
  };
}

/**
 * The ports of v86's virtio-console as character devices: the guest agent's, and one for anything. v86 gives every
 * port to consoles under a name of its own and does not tell of a port that the guest opens; both is mended here.
 */
export class VirtioPorts {
  readonly #ports = new Map<number, VirtioPort>();

  constructor(emulator: V86Emulator, clock: MachineClock) {
    const device = emulator.v86.cpu.devices.virtio_console;
    for (const identity of ports) this.#ports.set(identity.number, new VirtioPort(emulator, clock, identity));
    this.#nameThem(device);
    watchQueue(device.virtio.queues[controlQueue], (message) => this.#control(message));
  }

  get interfaces(): readonly CharDeviceInterface[] {
    return [...this.#ports.values()].map((port) => port.device);
  }

  /** Which ports the guest has open, for a saved machine: one byte, bit n for port n. */
  save(): Uint8Array {
    let open = 0;
    for (const [number, { device }] of this.#ports) if (device.isOpen) open |= 1 << number;
    return Uint8Array.of(open);
  }

  restore([open = 0]: Uint8Array): void {
    for (const [number, port] of this.#ports) port.setOpen(((open >> number) & 1) !== 0);
  }

  /** The guest starts anew. */
  reset(): void {
    for (const port of this.#ports.values()) port.setOpen(false);
  }

  #nameThem(device: V86VirtioConsole): void {
    const { SendName: sendName, SendEvent: sendEvent } = device;
    const names = new Map(ports.map(({ number, guestName }) => [number, guestName]));
    device.SendName = (port, name) => sendName.call(device, port, names.get(port) ?? name);
    device.SendEvent = (port, event, value) => {
      if (event !== consoleEvent || !names.has(port)) sendEvent.call(device, port, event, value);
    };
  }

  /** Port number (32 bits), event (16), value (16). */
  #control(message: Uint8Array): void {
    if (message.length < 8) return;
    const view = new DataView(message.buffer, message.byteOffset, message.length);
    if (view.getUint16(4, true) === openEvent) {
      this.#ports.get(view.getUint32(0, true))?.setOpen(view.getUint16(6, true) !== 0);
    }
  }
}
