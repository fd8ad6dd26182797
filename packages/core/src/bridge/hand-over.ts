/** Arrays up to this many bytes are copied: that is cheaper than moving their buffer. */
const copyUpTo = 4096;

/**
 * Makes the arguments of a device's method ready for `postMessage`: buffers are given away; byte arrays go over
 * without the rest of the buffer they lie in, and large ones without a copy when they are all of their buffer.
 */
export function handOver(given: readonly unknown[]): {
  readonly args: readonly unknown[];
  readonly transfer: ArrayBuffer[];
} {
  const transfer: ArrayBuffer[] = [];
  const args = given.map((argument) => {
    if (argument instanceof ArrayBuffer) transfer.push(argument);
    if (!(argument instanceof Uint8Array)) return argument;
    const { buffer } = argument;
    const whole = buffer instanceof ArrayBuffer && argument.byteLength === buffer.byteLength;
    const bytes = whole ? argument : new Uint8Array(argument);
    if (bytes.byteLength > copyUpTo) transfer.push(bytes.buffer as ArrayBuffer);
    return bytes;
  });
  return { args, transfer };
}
