import { describe, expect, it } from 'vitest';
import type { PeerAddress } from '../transport/byte-stream.js';
import { LoginGuard, networkOf } from './login-guard.js';

const at = (host: string, family: PeerAddress['family'] = 'ipv4'): PeerAddress => ({
  host,
  port: '1',
  family,
});

describe('the guard of logins', () => {
  it('makes guessing slow, then impossible, then forgets', () => {
    const guard = new LoginGuard({ loginFailures: 9, loginDelayMs: 1000 });
    const delays = Array.from({ length: 8 }, () => guard.failed(at('10.0.0.1'), 0));
    expect(delays).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 8000]);
    expect(guard.turnsAway(at('10.0.0.1'), 1000)).toBe(false);
    guard.failed(at('10.0.0.1'), 1000);
    expect(guard.turnsAway(at('10.0.0.1'), 59_999)).toBe(true);
    expect(guard.turnsAway(at('10.0.0.2'), 59_999)).toBe(false);
    expect(guard.turnsAway(at('10.0.0.1'), 60_000)).toBe(false);
    expect(guard.failed(at('10.0.0.1'), 60_000)).toBe(0);
  });

  it('forgives who gets in', () => {
    const guard = new LoginGuard({ loginFailures: 2, loginDelayMs: 1000 });
    guard.failed(at('10.0.0.1'), 0);
    guard.succeeded(at('10.0.0.1'));
    guard.failed(at('10.0.0.1'), 0);
    expect(guard.turnsAway(at('10.0.0.1'), 0)).toBe(false);
  });

  it('never turns away local sockets, or anybody when told so', () => {
    const guard = new LoginGuard({ loginFailures: 1, loginDelayMs: 1000 });
    expect(guard.failed(at('', 'unix'), 0)).toBe(0);
    expect(guard.turnsAway(at('', 'unix'), 0)).toBe(false);
    const open = new LoginGuard({ loginFailures: 0, loginDelayMs: 0 });
    for (let i = 0; i < 100; i++) expect(open.failed(at('10.0.0.1'), 0)).toBe(0);
    expect(open.turnsAway(at('10.0.0.1'), 0)).toBe(false);
  });

  it('remembers a bounded number of addresses, the newest', () => {
    const guard = new LoginGuard({ loginFailures: 1, loginDelayMs: 0 });
    for (let i = 0; i < 5000; i++) guard.failed(at(`10.0.${i >> 8}.${i & 255}`), 0);
    expect(guard.turnsAway(at('10.0.0.0'), 0)).toBe(false);
    expect(guard.turnsAway(at('10.0.19.135'), 0)).toBe(true);
  });

  it.each([
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['2001:db8::', '2001:db8:0:0'],
  ])('counts %s as %s', (host, network) => expect(networkOf(at(host, 'ipv6'))).toBe(network));
});
