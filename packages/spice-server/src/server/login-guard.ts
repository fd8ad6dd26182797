import type { ConnectionLimits } from '@lazyspice/core';
import type { PeerAddress } from '../transport/byte-stream.js';

/** How long failures count, in ms. */
const windowMs = 60_000;
/** Failures that are answered at once: people mistype. */
const freeFailures = 3;
/** Times that a delay is doubled at most. */
const maxDoublings = 3;
/** Addresses that are remembered; the one that failed longest ago is forgotten first. */
const maxAddresses = 4096;

interface Record {
  readonly since: number;
  failures: number;
}

/** Remembers who gave wrong passwords, and makes more of them slow, then impossible. Sans-IO: time is an argument, in ms. */
export class LoginGuard {
  readonly #limits: Pick<ConnectionLimits, 'loginFailures' | 'loginDelayMs'>;
  readonly #records = new Map<string, Record>();

  constructor(limits: Pick<ConnectionLimits, 'loginFailures' | 'loginDelayMs'>) {
    this.#limits = limits;
  }

  /** Whether this address has failed too often to be listened to. */
  turnsAway(address: PeerAddress, now: number): boolean {
    const { loginFailures } = this.#limits;
    return loginFailures > 0 && (this.#current(address, now)?.failures ?? 0) >= loginFailures;
  }

  /** Notes a failed login; returns how long its answer is to wait, in ms. */
  failed(address: PeerAddress, now: number): number {
    const key = networkOf(address);
    if (key === null) return 0;
    const record = this.#current(address, now) ?? { since: now, failures: 0 };
    record.failures++;
    this.#records.delete(key);
    this.#records.set(key, record);
    if (this.#records.size > maxAddresses) {
      for (const oldest of this.#records.keys()) {
        this.#records.delete(oldest);
        break;
      }
    }
    const late = record.failures - freeFailures - 1;
    return late < 0 ? 0 : this.#limits.loginDelayMs * 2 ** Math.min(late, maxDoublings);
  }

  succeeded(address: PeerAddress): void {
    const key = networkOf(address);
    if (key !== null) this.#records.delete(key);
  }

  #current(address: PeerAddress, now: number): Record | null {
    const key = networkOf(address);
    const record = key === null ? undefined : this.#records.get(key);
    return record === undefined || now - record.since >= windowMs ? null : record;
  }
}

/** Whose failures count together: an IPv4 address, or the 64 bits of IPv6 that one host can choose from. null: not an address. */
export function networkOf({ host, family }: PeerAddress): string | null {
  if (family === 'ipv4') return host;
  if (family !== 'ipv6') return null;
  const [address] = host.split('%');
  const [head, tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const behind = tail === '' ? [] : tail.split(':');
    while (groups.length + behind.length < 8) groups.push('0');
    groups.push(...behind);
  }
  return groups.slice(0, 4).join(':');
}
