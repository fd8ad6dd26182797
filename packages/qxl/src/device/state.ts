import {
  decodeQxlCommand,
  encodeQxlCommand,
  type QxlCommand,
  Reader,
  SurfaceFormat,
  Writer,
} from '@lazyspice/core';
import type { SurfaceShape } from '../commands/parse-other.js';
import type { QxlConfig } from './config.js';
import { slotCount } from './layout.js';
import type { MemorySlot } from './memory-slots.js';

export const deviceModes = ['undefined', 'vga', 'compat', 'native'] as const;
export type DeviceMode = (typeof deviceModes)[number];

/** Everything of a device that is not in its BARs. */
export interface QxlState {
  readonly mode: DeviceMode;
  readonly guestBug: boolean;
  /** An asynchronous port whose completion the guest has not been told. */
  readonly asyncInFlight: boolean;
  /** SET_MODE has chosen 16 bits a pixel. */
  readonly colors555: boolean;
  readonly slots: readonly (MemorySlot | null)[];
  readonly releases: { readonly open: number; readonly last: bigint | null };
  readonly surfaces: readonly (SurfaceShape & { readonly id: number; readonly command: bigint | null })[];
  readonly cursor: QxlCommand | null;
  readonly monitors: QxlCommand | null;
}

/** Bytes that are not the state of such a device: code ERR_QXL_STATE. */
export class QxlStateError extends Error {
  override readonly name = 'QxlStateError';
  readonly code = 'ERR_QXL_STATE';
}

const version = 1;
/** Bytes of a state; a cursor is the largest thing in it. */
const stateBytes = 64 * 1024 * 1024;
const formats: readonly number[] = Object.values(SurfaceFormat.values);

const signature = ({ revision, primary, ram, vram32, vram64, surfaces }: QxlConfig): string =>
  [revision, primary, ram, vram32, vram64, surfaces].join(' ');

/** The state as bytes: text, so that a person can read it too. */
export function encodeState(state: QxlState, config: QxlConfig): Uint8Array {
  const plain = {
    ...state,
    version,
    device: signature(config),
    cursor: commandText(state.cursor),
    monitors: commandText(state.monitors),
  };
  const text = JSON.stringify(plain, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  return new TextEncoder().encode(text);
}

/**
 * @throws QxlStateError
 */
export function decodeState(bytes: Uint8Array, config: QxlConfig): QxlState {
  if (bytes.length > stateBytes) throw new QxlStateError(`${bytes.length} bytes are no state`);
  let fields: Fields;
  try {
    fields = new Fields(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 'state');
  } catch (error) {
    throw new QxlStateError(`not a device state: ${(error as Error).message}`);
  }
  if (fields.number('version') !== version) throw new QxlStateError('a state of another version');
  if (fields.text('device') !== signature(config))
    throw new QxlStateError('a state of another kind of device');
  const mode = deviceModes.find((known) => known === fields.text('mode'));
  if (mode === undefined) throw new QxlStateError(`unknown mode ${fields.text('mode')}`);
  const releases = fields.object('releases');
  return {
    mode,
    guestBug: fields.boolean('guestBug'),
    asyncInFlight: fields.boolean('asyncInFlight'),
    colors555: fields.boolean('colors555'),
    slots: slotsOf(fields, config),
    releases: { open: releases.number('open'), last: releases.addressOrNull('last') },
    surfaces: fields.list('surfaces', config.surfaces).map(surfaceOf),
    cursor: commandOf(fields.textOrNull('cursor')),
    monitors: commandOf(fields.textOrNull('monitors')),
  };
}

function slotsOf(fields: Fields, config: QxlConfig): (MemorySlot | null)[] {
  const sizes: Readonly<Record<number, number>> = { 0: config.ram, 1: config.vram32, 4: config.vram64 };
  const slots = fields.list('slots', slotCount).map((slot) => {
    if (slot === null) return null;
    const [bar, offset] = [slot.number('bar'), slot.number('offset')];
    const [size, delta] = [slot.number('size'), slot.number('delta')];
    if (offset + size > (sizes[bar] ?? -1)) throw new QxlStateError('a memory slot outside its BAR');
    return { bar, offset, size, delta };
  });
  if (slots.length !== slotCount) throw new QxlStateError(`${slots.length} memory slots`);
  return slots;
}

function surfaceOf(surface: Fields | null): QxlState['surfaces'][number] {
  if (surface === null) throw new QxlStateError('a surface that is none');
  const format = surface.number('format');
  if (!isFormat(format)) throw new QxlStateError(`surface format ${format}`);
  return {
    id: surface.number('id'),
    format,
    width: surface.number('width'),
    height: surface.number('height'),
    stride: surface.signed('stride'),
    memory: surface.addressOrNull('memory') ?? 0n,
    command: surface.addressOrNull('command'),
  };
}

const isFormat = (value: number): value is SurfaceFormat => formats.includes(value);

function commandText(command: QxlCommand | null): string | null {
  if (command === null) return null;
  const writer = new Writer();
  encodeQxlCommand(writer, command);
  return Buffer.concat(writer.chunks()).toString('base64');
}

function commandOf(text: string | null): QxlCommand | null {
  if (text === null) return null;
  try {
    return decodeQxlCommand(new Reader(new Uint8Array(Buffer.from(text, 'base64')), 'device state'));
  } catch (error) {
    throw new QxlStateError(`a command in the state: ${(error as Error).message}`);
  }
}

/** An object of unknown contents; each getter checks one field. */
class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #name: string;

  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null) throw new QxlStateError(`${name} is not an object`);
    this.#object = value as Readonly<Record<string, unknown>>;
    this.#name = name;
  }

  number(name: string): number {
    const value = this.signed(name);
    return value >= 0 ? value : this.#refuse(name);
  }
  signed(name: string): number {
    const value = this.#object[name];
    return Number.isSafeInteger(value) ? (value as number) : this.#refuse(name);
  }
  boolean(name: string): boolean {
    const value = this.#object[name];
    return typeof value === 'boolean' ? value : this.#refuse(name);
  }
  text(name: string): string {
    return this.textOrNull(name) ?? this.#refuse(name);
  }
  textOrNull(name: string): string | null {
    const value = this.#object[name];
    return typeof value === 'string' || value === null ? value : this.#refuse(name);
  }
  /** A number of 64 bits, written in decimal. */
  addressOrNull(name: string): bigint | null {
    const text = this.textOrNull(name);
    if (text === null) return null;
    return /^\d{1,20}$/.test(text) ? BigInt.asUintN(64, BigInt(text)) : this.#refuse(name);
  }
  object(name: string): Fields {
    return new Fields(this.#object[name], name);
  }
  /** At most `limit` objects or nulls. */
  list(name: string, limit: number): (Fields | null)[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || value.length > limit) return this.#refuse(name);
    return value.map((element) => (element === null ? null : new Fields(element, name)));
  }

  #refuse(name: string): never {
    throw new QxlStateError(`${this.#name}.${name} is not what it should be`);
  }
}
