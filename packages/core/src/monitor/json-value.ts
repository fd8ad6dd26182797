/**
 * A JSON value. Integers from -2^63 to 2^64-1 that a number can't hold are bigints, so that what a client sends
 * as `id` comes back as it was. Objects read by `JsonStream` have no prototype.
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** JSON text on one line, with blanks where QEMU has them. Infinite numbers are not to be given. */
export function formatJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(formatJson).join(', ')}]`;
  const members = Object.entries(value as JsonObject).map(
    ([name, member]) => `${JSON.stringify(name)}: ${formatJson(member)}`,
  );
  return `{${members.join(', ')}}`;
}
