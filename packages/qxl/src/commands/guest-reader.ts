import type { Point, Point16, Rect } from '@lazyspice/core';
import { CommandError } from './errors.js';

/** Guest memory by QXLPHYSICAL address. */
export interface GuestAddressSpace {
  /**
   * A view of `size` bytes, all of them inside the slot that the address names.
   * @throws CommandError
   */
  resolve(address: bigint, size: number): Uint8Array;
}

/** Bytes that all data of one command may have together: as much as one image. */
export const commandBytes = 512 * 1024 * 1024;
/** Chunks of all lists of one command, empty ones included: what ends a circular list. */
const chunkLimit = 65_536;
const chunkHeaderBytes = 20;

/** Fields of a structure that was copied out of guest memory: each is fetched once. */
export class Fields {
  readonly address: bigint;
  readonly #view: DataView;

  constructor(address: bigint, copy: Uint8Array) {
    this.address = address;
    this.#view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  }

  u8(offset: number): number {
    return this.#view.getUint8(offset);
  }
  u16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }
  u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
  i16(offset: number): number {
    return this.#view.getInt16(offset, true);
  }
  i32(offset: number): number {
    return this.#view.getInt32(offset, true);
  }
  u64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }
  point(offset: number): Point {
    return { x: this.i32(offset), y: this.i32(offset + 4) };
  }
  point16(offset: number): Point16 {
    return { x: this.i16(offset), y: this.i16(offset + 2) };
  }
  rect(offset: number): Rect {
    const [top, left] = [this.i32(offset), this.i32(offset + 4)];
    return { top, left, bottom: this.i32(offset + 8), right: this.i32(offset + 12) };
  }

  /** @throws CommandError always. */
  refuse(message: string): never {
    throw new CommandError('ERR_QXL_COMMAND', message, this.address);
  }
}

/** Reads one command: every structure is copied before it is looked at, and their sizes are added up. */
export class GuestReader {
  readonly #space: GuestAddressSpace;
  #budget = commandBytes;
  #chunksLeft = chunkLimit;

  constructor(space: GuestAddressSpace) {
    this.#space = space;
  }

  /** A private copy. */
  fields(address: bigint, size: number): Fields {
    return new Fields(address, this.copy(address, size));
  }

  copy(address: bigint, size: number): Uint8Array {
    return this.view(address, size).slice();
  }

  /** Guest memory itself, for pixels: whoever takes the command copies them. */
  view(address: bigint, size: number): Uint8Array {
    if (size > this.#budget) throw new CommandError('ERR_QXL_LIMIT', `${size} bytes are too many`, address);
    const bytes = this.#space.resolve(address, size);
    this.#budget -= size;
    return bytes;
  }

  /**
   * The data of a chunk list, its first chunk at `address`, `limit` bytes at most. One chunk is not copied.
   * @throws CommandError for lists that are longer, circular, or leave their slots.
   */
  chunks(address: bigint, limit: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let total = 0;
    let at = address;
    for (;;) {
      if (this.#chunksLeft === 0)
        throw new CommandError('ERR_QXL_LIMIT', 'a chunk list without end', address);
      this.#chunksLeft--;
      const header = this.fields(at, chunkHeaderBytes);
      const size = header.u32(0);
      total += size;
      if (total > limit) {
        throw new CommandError('ERR_QXL_LIMIT', `a chunk list of more than ${limit} bytes`, address);
      }
      if (size > 0) pieces.push(this.view(at + BigInt(chunkHeaderBytes), size));
      const next = header.u64(12);
      if (next === 0n) break;
      at = next;
    }
    return pieces.length === 1 ? pieces[0] : join(pieces, total);
  }

  /** As `chunks`, always a private copy: for data that is looked at, not only passed on. */
  chunksCopy(address: bigint, limit: number): Uint8Array {
    return this.chunks(address, limit).slice();
  }
}

function join(pieces: readonly Uint8Array[], total: number): Uint8Array {
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
