/** Hands out pieces of a range of offsets, first fit. Sizes are rounded up to 8 bytes. */
export class Heap {
  /** Sorted, never touching each other. */
  #free: { start: number; end: number }[];
  readonly #sizes = new Map<number, number>();

  constructor(start: number, end: number) {
    this.#free = [{ start, end }];
  }

  /** Pieces handed out. */
  get used(): number {
    return this.#sizes.size;
  }

  /** The offset of `size` bytes, or null. */
  allocate(size: number): number | null {
    const rounded = Math.max(8, (size + 7) & ~7);
    const index = this.#free.findIndex(({ start, end }) => end - start >= rounded);
    if (index < 0) return null;
    const hole = this.#free[index];
    const { start } = hole;
    hole.start += rounded;
    if (hole.start === hole.end) this.#free.splice(index, 1);
    this.#sizes.set(start, rounded);
    return start;
  }

  free(start: number): void {
    const size = this.#sizes.get(start);
    if (size === undefined) throw new RangeError(`nothing was handed out at ${start}`);
    this.#sizes.delete(start);
    const end = start + size;
    let index = this.#free.findIndex((hole) => hole.start > start);
    if (index < 0) index = this.#free.length;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    if (before?.end === start) {
      before.end = end;
      if (after?.start === end) {
        before.end = after.end;
        this.#free.splice(index, 1);
      }
    } else if (after?.start === end) after.start = start;
    else this.#free.splice(index, 0, { start, end });
  }
}
