/** A value that carries its own type. */
export interface DbusVariant {
  readonly signature: string;
  readonly value: DbusValue;
}
/**
 * A value as D-Bus has them: numbers for up to 32 bits, doubles and descriptor indices, bigints for 64 bits, `ay` as
 * bytes, other arrays, structs and dictionary entries as arrays.
 */
export type DbusValue = number | bigint | boolean | string | Uint8Array | DbusVariant | readonly DbusValue[];

/** Limits of the D-Bus specification, in bytes. */
export const dbusLimits = { message: 128 * 1024 * 1024, array: 64 * 1024 * 1024 } as const;
