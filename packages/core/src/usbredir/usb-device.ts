import {
  type UsbredirDeviceConnect,
  type UsbredirEndpointInfo,
  type UsbredirInterfaceInfo,
  type UsbredirServerMessage,
  usbredirClient,
} from '../generated/usbredir.codec.js';
import { encodeMessage } from './message-stream.js';
import { usbredirLimits, usbStatus } from './protocol.js';
import { UsbredirError } from './usbredir-error.js';

export interface UsbInterface {
  readonly number: number;
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
}
export type UsbEndpointType = 'control' | 'isochronous' | 'bulk' | 'interrupt';
export interface UsbEndpoint {
  /** 0x80 is set inwards. */
  readonly address: number;
  readonly type: UsbEndpointType;
  /** Of interrupts, as the descriptor has it. */
  readonly interval: number;
  readonly interface: number;
  /** Bytes. */
  readonly maxPacketSize: number;
}
const endpointTypes: readonly UsbEndpointType[] = ['control', 'isochronous', 'bulk', 'interrupt'];

/** A control transfer: inwards with 0x80 in `requestType`, then `length` bytes are wanted; otherwise `data` goes out. */
export interface ControlTransfer {
  readonly requestType: number;
  readonly request: number;
  readonly value?: number;
  readonly index?: number;
  /** 0..65535. */
  readonly length?: number;
  readonly data?: Uint8Array;
}

/** What a transfer came to: one of `usbStatus`, and what came inwards. */
export interface TransferResult {
  readonly status: number;
  readonly data: Uint8Array;
  /** Bytes that went, either way. */
  readonly length: number;
}

const none = new Uint8Array(0);
const inwards = 0x80;

/** Who waits for the answer to a message. */
interface Pending {
  readonly resolve: (message: UsbredirServerMessage) => void;
  readonly reject: (error: UsbredirError) => void;
  readonly answers: readonly UsbredirServerMessage['name'][];
}

/** What tells of a device before it is there. */
export interface DeviceReport {
  readonly connect: UsbredirDeviceConnect;
  readonly interfaces: UsbredirInterfaceInfo;
  readonly endpoints: UsbredirEndpointInfo;
}

/** A USB device of a client's. Everything rejects with `ERR_USBREDIR_GONE` once it is gone. */
export class UsbDevice {
  /** 0 low, 1 full, 2 high, 3 super, 255 not known. */
  readonly speed: number;
  readonly vendor: number;
  readonly product: number;
  /** Binary-coded decimal. */
  readonly version: number;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #interrupts = new Map<number, (result: TransferResult) => void>();
  #interfaces: readonly UsbInterface[];
  #endpoints: readonly UsbEndpoint[];
  #lastId = 0;
  #gone = false;

  /** @param write throws an `UsbredirError` when too much waits. */
  constructor({ connect, interfaces, endpoints }: DeviceReport, write: (bytes: Uint8Array) => void) {
    this.speed = connect.speed;
    this.vendor = connect.vendor;
    this.product = connect.product;
    this.version = connect.version;
    this.#interfaces = interfacesOf(interfaces);
    this.#endpoints = endpointsOf(endpoints);
    this.#write = write;
  }

  /** Of the configuration in use. */
  get interfaces(): readonly UsbInterface[] {
    return this.#interfaces;
  }

  /** Of the settings in use. */
  get endpoints(): readonly UsbEndpoint[] {
    return this.#endpoints;
  }

  async control(transfer: ControlTransfer, signal?: AbortSignal): Promise<TransferResult> {
    const { requestType, request, value = 0, index = 0, data = none } = transfer;
    const length = (requestType & inwards) === 0 ? data.length : (transfer.length ?? 0);
    const body = {
      endpoint: requestType & inwards,
      request,
      requestType,
      status: 0,
      value,
      index,
      length,
      data: (requestType & inwards) === 0 ? data : none,
    };
    return result(await this.#ask(usbredirClient.controlPacket, body, ['controlPacket'], signal));
  }

  /** Reads at most `length` bytes, up to 1 MiB, from a bulk endpoint. */
  bulkIn(endpoint: number, length: number, signal?: AbortSignal): Promise<TransferResult> {
    return this.#bulk(endpoint | inwards, length, none, signal);
  }

  /** Writes up to 1 MiB to a bulk endpoint. */
  bulkOut(endpoint: number, data: Uint8Array, signal?: AbortSignal): Promise<TransferResult> {
    return this.#bulk(endpoint, data.length, data, signal);
  }

  async #bulk(
    endpoint: number,
    length: number,
    data: Uint8Array,
    signal?: AbortSignal,
  ): Promise<TransferResult> {
    if (length > usbredirLimits.transfer) {
      throw new UsbredirError(
        'ERR_USBREDIR_SIZE',
        `a transfer of ${length} bytes, the limit is ${usbredirLimits.transfer}`,
      );
    }
    const lengths = { length: length & 0xffff, lengthHigh: length >>> 16 };
    const body = { endpoint, status: 0, ...lengths, streamId: 0, data };
    return result(await this.#ask(usbredirClient.bulkPacket, body, ['bulkPacket'], signal));
  }

  /** Resolves with the configuration in use; rejects with `ERR_USBREDIR_TRANSFER` when it cannot be set. */
  async setConfiguration(configuration: number): Promise<number> {
    const answer = await this.#ask(usbredirClient.setConfiguration, { configuration }, [
      'configurationStatus',
    ]);
    if (answer.name !== 'configurationStatus' || answer.body.status !== usbStatus.success) {
      throw new UsbredirError('ERR_USBREDIR_TRANSFER', `configuration ${configuration} is not taken`);
    }
    return answer.body.configuration;
  }

  /** Resolves with the setting in use; rejects as `setConfiguration`. */
  async setAlternate(number: number, alternate: number): Promise<number> {
    const body = { interface: number, alternate };
    const answer = await this.#ask(usbredirClient.setAltSetting, body, ['altSettingStatus']);
    if (answer.name !== 'altSettingStatus' || answer.body.status !== usbStatus.success) {
      throw new UsbredirError(
        'ERR_USBREDIR_TRANSFER',
        `setting ${alternate} of interface ${number} is not taken`,
      );
    }
    return answer.body.alternate;
  }

  /** Hears what an interrupt endpoint says, until `stopInterrupts`. Rejects as `setConfiguration`. */
  async startInterrupts(endpoint: number, heard: (result: TransferResult) => void): Promise<void> {
    this.#interrupts.set(endpoint, heard);
    const asked = this.#ask(usbredirClient.startInterruptReceiving, { endpoint }, [
      'interruptReceivingStatus',
    ]);
    const answer = await asked;
    if (answer.name === 'interruptReceivingStatus' && answer.body.status === usbStatus.success) return;
    this.#interrupts.delete(endpoint);
    throw new UsbredirError('ERR_USBREDIR_TRANSFER', `endpoint ${endpoint} does not interrupt`);
  }

  async stopInterrupts(endpoint: number): Promise<void> {
    this.#interrupts.delete(endpoint);
    await this.#ask(usbredirClient.stopInterruptReceiving, { endpoint }, ['interruptReceivingStatus']);
  }

  /** Resets the device. */
  reset(): void {
    this.#write(encodeMessage(usbredirClient.reset, 0, {}));
  }

  /**
   * A message that is about this device.
   * @throws UsbredirError for an answer to nothing.
   */
  received(id: number, message: UsbredirServerMessage): void {
    if (message.name === 'interfaceInfo') this.#interfaces = interfacesOf(message.body);
    else if (message.name === 'endpointInfo') this.#endpoints = endpointsOf(message.body);
    else if (message.name === 'interruptPacket' && (message.body.endpoint & inwards) !== 0) {
      this.#interrupts.get(message.body.endpoint)?.(result(message));
    } else {
      const pending = this.#pending.get(id);
      // Interrupts may stop by themselves.
      if (pending === undefined && message.name === 'interruptReceivingStatus') return;
      if (pending === undefined || !pending.answers.includes(message.name)) {
        throw new UsbredirError('ERR_USBREDIR_ANSWER', `${message.name} ${id} answers nothing`);
      }
      this.#pending.delete(id);
      pending.resolve(message);
    }
  }

  /** It is gone. */
  left(): void {
    this.#gone = true;
    this.#interrupts.clear();
    for (const { reject } of this.#pending.values()) reject(gone());
    this.#pending.clear();
  }

  /** The answer comes in any case: with what had been done, or cancelled. */
  #cancel(id: number): void {
    try {
      if (this.#pending.has(id)) this.#write(encodeMessage(usbredirClient.cancelDataPacket, id, {}));
    } catch (error) {
      // So much waits already that this would come too late.
      if (!(error instanceof UsbredirError)) throw error;
    }
  }

  #ask<Body>(
    encoder: Parameters<typeof encodeMessage<Body>>[0],
    body: Body,
    answers: Pending['answers'],
    signal?: AbortSignal,
  ): Promise<UsbredirServerMessage> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return reject(gone());
      if (this.#pending.size >= usbredirLimits.pending) {
        return reject(
          new UsbredirError('ERR_USBREDIR_BUSY', `${usbredirLimits.pending} transfers wait already`),
        );
      }
      const id = ++this.#lastId;
      const cancel = (): void => this.#cancel(id);
      const forget = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(id, {
        resolve: (message) => {
          forget();
          resolve(message);
        },
        reject: (error) => {
          forget();
          reject(error);
        },
        answers,
      });
      try {
        this.#write(encodeMessage(encoder, id, body));
      } catch (error) {
        this.#pending.delete(id);
        return reject(error);
      }
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    });
  }
}

const gone = (): UsbredirError => new UsbredirError('ERR_USBREDIR_GONE', 'the device is gone');

function result(message: UsbredirServerMessage): TransferResult {
  if (message.name === 'bulkPacket') {
    const { status, length, lengthHigh, data } = message.body;
    return { status, data: data.slice(), length: lengthHigh * 0x1_0000 + length };
  }
  if (message.name !== 'controlPacket' && message.name !== 'interruptPacket') {
    throw new UsbredirError('ERR_USBREDIR_ANSWER', `${message.name} is no transfer`);
  }
  const { status, length, data } = message.body;
  return { status, data: data.slice(), length };
}

function interfacesOf({
  count,
  interfaces,
  classes,
  subclasses,
  protocols,
}: UsbredirInterfaceInfo): UsbInterface[] {
  return [...interfaces.subarray(0, count)].map((number, i) => ({
    number,
    class: classes[i] ?? 0,
    subclass: subclasses[i] ?? 0,
    protocol: protocols[i] ?? 0,
  }));
}

function endpointsOf({ types, intervals, interfaces, maxPacketSizes }: UsbredirEndpointInfo): UsbEndpoint[] {
  return [...types].flatMap((number, i) => {
    const type = endpointTypes[number];
    if (type === undefined) return [];
    const maxPacketSize = (maxPacketSizes[i * 2] ?? 0) | ((maxPacketSizes[i * 2 + 1] ?? 0) << 8);
    const address = i < 16 ? i : (i - 16) | inwards;
    // spice-gtk's own devices tell of endpoints that there are not as of control endpoints without a size.
    if (type === 'control' && i % 16 !== 0 && maxPacketSize === 0) return [];
    return [{ address, type, interval: intervals[i] ?? 0, interface: interfaces[i] ?? 0, maxPacketSize }];
  });
}
