const table = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  table[index] = value;
}

/** CRC-32 with start value 0 and no final inversion, as the client monitors configuration has it (§2.3). */
export function crc32(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = (value >>> 8) ^ table[(value ^ byte) & 0xff];
  return value >>> 0;
}
