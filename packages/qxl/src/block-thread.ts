const word = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread; other threads go on. */
export function blockThread(milliseconds: number): void {
  Atomics.wait(word, 0, 0, milliseconds);
}
