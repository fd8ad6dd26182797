import { usbStatus } from './protocol.js';
import type { UsbDevice } from './usb-device.js';
import { UsbredirError } from './usbredir-error.js';

const massStorageClass = 8;
const bulkOnly = 0x50;
const inwards = 0x80;
const signatures = { command: 0x43425355, status: 0x53425355 } as const;
const wrapperBytes = { command: 31, status: 13 } as const;
/** Bytes of one command's data; larger reads are several commands. */
const maxData = 64 * 1024;
const operations = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  inquiry: 0x12,
  readCapacity: 0x25,
  read: 0x28,
} as const;
const senseBytes = 18;
/** Sense key: something has changed; the command may be tried again. */
const unitAttention = 6;

/** What INQUIRY says. */
export interface Inquiry {
  /** 0 a disk, 5 a CD. */
  readonly type: number;
  readonly removable: boolean;
  readonly vendor: string;
  readonly product: string;
}
export interface Capacity {
  readonly blocks: number;
  /** Bytes of one. */
  readonly blockSize: number;
}

/**
 * A redirected disk or CD: the bulk-only transport with the few SCSI commands that reading takes. One command is under
 * way at a time; further ones wait. A failed command rejects with `ERR_USBREDIR_TRANSFER`.
 */
export class MassStorage {
  readonly #device: UsbDevice;
  readonly #in: number;
  readonly #out: number;
  #tag = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws UsbredirError `ERR_USBREDIR_PEER`: the device has no such interface. */
  constructor(device: UsbDevice) {
    const storage = device.interfaces.find(
      (one) => one.class === massStorageClass && one.protocol === bulkOnly,
    );
    const bulk = device.endpoints.filter((one) => one.type === 'bulk' && one.interface === storage?.number);
    const inward = bulk.find(({ address }) => (address & inwards) !== 0);
    const outward = bulk.find(({ address }) => (address & inwards) === 0);
    if (storage === undefined || inward === undefined || outward === undefined) {
      throw new UsbredirError('ERR_USBREDIR_PEER', 'the device is no bulk-only mass storage');
    }
    this.#device = device;
    this.#in = inward.address;
    this.#out = outward.address;
  }

  async testUnitReady(): Promise<void> {
    await this.#command([operations.testUnitReady, 0, 0, 0, 0, 0], 0);
  }

  async inquiry(): Promise<Inquiry> {
    const data = await this.#command([operations.inquiry, 0, 0, 0, 36, 0], 36);
    if (data.length < 36) throw new UsbredirError('ERR_USBREDIR_TRANSFER', `INQUIRY: ${data.length} bytes`);
    const text = (from: number, to: number): string =>
      Buffer.from(data.subarray(from, to)).toString('latin1').trim();
    return {
      type: (data[0] ?? 0) & 0x1f,
      removable: ((data[1] ?? 0) & 0x80) !== 0,
      vendor: text(8, 16),
      product: text(16, 32),
    };
  }

  async capacity(): Promise<Capacity> {
    const data = await this.#command([operations.readCapacity, ...Array<number>(9).fill(0)], 8);
    if (data.length !== 8)
      throw new UsbredirError('ERR_USBREDIR_TRANSFER', `READ CAPACITY: ${data.length} bytes`);
    const view = new DataView(data.buffer, data.byteOffset);
    return { blocks: view.getUint32(0) + 1, blockSize: view.getUint32(4) };
  }

  /** Reads whole blocks. */
  async read(first: number, blocks: number, blockSize: number): Promise<Uint8Array> {
    const all = new Uint8Array(blocks * blockSize);
    const perCommand = Math.max(1, Math.floor(maxData / blockSize));
    for (let at = 0; at < blocks; at += perCommand) {
      const count = Math.min(perCommand, blocks - at);
      const command = new Uint8Array(10);
      const view = new DataView(command.buffer);
      command[0] = operations.read;
      view.setUint32(2, first + at);
      view.setUint16(7, count);
      const data = await this.#command([...command], count * blockSize);
      if (data.length !== count * blockSize) {
        throw new UsbredirError(
          'ERR_USBREDIR_TRANSFER',
          `READ: ${data.length} of ${count * blockSize} bytes`,
        );
      }
      all.set(data, at * blockSize);
    }
    return all;
  }

  /** A command that reads at most `length` bytes. */
  #command(command: readonly number[], length: number): Promise<Uint8Array> {
    const run = this.#last.then(() => this.#attempt(command, length));
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Devices refuse the first command after a change, whatever it is. */
  async #attempt(command: readonly number[], length: number): Promise<Uint8Array> {
    for (let again = true; ; again = false) {
      const data = await this.#run(command, length);
      if (data !== null) return data;
      const sense = await this.#run([operations.requestSense, 0, 0, 0, senseBytes, 0], senseBytes);
      const [key, code, qualifier] = [(sense?.[2] ?? 0) & 0xf, sense?.[12] ?? 0, sense?.[13] ?? 0];
      if (again && key === unitAttention) continue;
      const why = `sense key ${key}, code ${code}, qualifier ${qualifier}`;
      throw new UsbredirError('ERR_USBREDIR_TRANSFER', `operation ${command[0]} failed: ${why}`);
    }
  }

  /** Null: the device could not do it. */
  async #run(command: readonly number[], length: number): Promise<Uint8Array | null> {
    const tag = ++this.#tag;
    const wrapper = new Uint8Array(wrapperBytes.command);
    const view = new DataView(wrapper.buffer);
    view.setUint32(0, signatures.command, true);
    view.setUint32(4, tag, true);
    view.setUint32(8, length, true);
    wrapper[12] = inwards;
    wrapper[14] = command.length;
    wrapper.set(command, 15);
    await this.#done(this.#device.bulkOut(this.#out, wrapper), 'command');
    const data =
      length === 0 ? new Uint8Array(0) : await this.#done(this.#device.bulkIn(this.#in, length), 'data');
    const status = await this.#done(this.#device.bulkIn(this.#in, wrapperBytes.status), 'status');
    const answer = new DataView(status.buffer, status.byteOffset, status.length);
    if (
      status.length !== wrapperBytes.status ||
      answer.getUint32(0, true) !== signatures.status ||
      answer.getUint32(4, true) !== tag
    ) {
      throw new UsbredirError('ERR_USBREDIR_TRANSFER', `operation ${command[0]}: the status is none`);
    }
    if (status[12] !== 0) return null;
    return data;
  }

  async #done(transfer: ReturnType<UsbDevice['bulkIn']>, what: string): Promise<Uint8Array> {
    const { status, data } = await transfer;
    if (status === usbStatus.success) return data;
    throw new UsbredirError('ERR_USBREDIR_TRANSFER', `${what}: status ${status}`);
  }
}
