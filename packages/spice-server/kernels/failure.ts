// How a decoding kernel says what was wrong: it returns 0 and leaves the kind and the place here.

/** The data ended too early. */
export const TRUNCATED: u32 = 1;
/** A run, match or literal run goes past the end of what it may fill. */
export const OVERRUN: u32 = 2;
/** A match refers to something before the image. */
export const BAD_REFERENCE: u32 = 3;
/** A code stands for no value. */
export const BAD_SYMBOL: u32 = 4;

let kind: u32 = 0;
let place: usize = 0;

/** Notes a failure at an address of the data; returns 0. */
export function fail(reason: u32, at: usize): usize {
  kind = reason;
  place = at;
  return 0;
}

/** What the last kernel that returned 0 found: 1 truncated, 2 overrun, 3 bad reference, 4 bad symbol. */
export function failureKind(): u32 {
  return kind;
}

/** The address where it was noticed. */
export function failureAddress(): usize {
  return place;
}
