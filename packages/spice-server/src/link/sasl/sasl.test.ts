import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountList, formatAccount, parseAccounts } from './accounts.js';
import type { SaslExchange, SaslMechanism, SaslStep } from './mechanism.js';
import { PlainMechanism } from './plain.js';
import { SaslSession } from './sasl-session.js';
import { ScramMechanism } from './scram.js';
import { type ScramHash, scramKeys } from './scram-keys.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (step: SaslStep): string =>
  step.outcome === 'refused' || step.data === null ? '' : new TextDecoder().decode(step.data);
const secret = bytes('not a secret');
const accounts = new AccountList(secret);
accounts.addPassword('user', 'pencil');
accounts.addPassword('a=b,c', 'x');

/** A client of RFC 5802 as its own code writes it. */
function scramLogin(exchange: SaslExchange, hash: ScramHash, user: string, password: string): SaslStep {
  const bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=abc`;
  const first = exchange.step(bytes(`n,,${bare}`));
  if (first.outcome === 'refused') return first;
  const answer = text(first);
  const [, nonce, salt, rounds] = /^r=(.*),s=(.*),i=(.*)$/.exec(answer) ?? [];
  const length = hash === 'sha1' ? 20 : 32;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), length, hash);
  const clientKey = createHmac(hash, salted).update('Client Key').digest();
  const storedKey = createHash(hash).update(clientKey).digest();
  const final = `c=biws,r=${nonce}`;
  const signature = createHmac(hash, storedKey).update(`${bare},${answer},${final}`).digest();
  const proof = clientKey.map((byte, i) => byte ^ signature[i]);
  return exchange.step(bytes(`${final},p=${Buffer.from(proof).toString('base64')}`));
}

describe('SCRAM', () => {
  it('speaks as the example of RFC 5802 does', () => {
    const list = new AccountList(secret);
    list.addKeys('user', 'sha1', scramKeys('sha1', 'pencil', Buffer.from('QSXCR+Q6sek8bf92', 'base64')));
    const exchange = new ScramMechanism('sha1', list, () => '3rfcNHYJY1ZVvWVs7j').start();
    const first = exchange.step(bytes('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL'));
    expect(text(first)).toBe('r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096');
    const last = exchange.step(
      bytes('c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts='),
    );
    expect(last).toMatchObject({ outcome: 'accepted', user: 'user' });
    expect(text(last)).toBe('v=rmF9pqV8S7suAoZWja4dJRkFsKQ=');
  });

  it('speaks as the example of RFC 7677 does', () => {
    const list = new AccountList(secret);
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    list.addKeys('user', 'sha256', scramKeys('sha256', 'pencil', salt));
    const exchange = new ScramMechanism('sha256', list, () => '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0').start();
    exchange.step(bytes('n,,n=user,r=rOprNGfwEbeRWgbNEkqO'));
    const last = exchange.step(
      bytes(
        'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
      ),
    );
    expect(text(last)).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  it.each([
    ['sha1', 'user', 'pencil', 'accepted'],
    ['sha256', 'user', 'pencil', 'accepted'],
    ['sha256', 'a=b,c', 'x', 'accepted'],
    ['sha256', 'user', 'Pencil', 'refused'],
    ['sha256', 'nobody', 'pencil', 'refused'],
  ] as const)('with %s lets %s with %s be %s', (hash, user, password, outcome) => {
    const exchange = new ScramMechanism(hash, accounts, () => 'N').start();
    expect(scramLogin(exchange, hash, user, password).outcome).toBe(outcome);
  });

  it('answers unknown users as it answers known ones, and the same each time', () => {
    const ask = (user: string): string =>
      text(new ScramMechanism('sha256', accounts, () => 'N').start().step(bytes(`n,,n=${user},r=a`)));
    expect(ask('nobody')).toBe(ask('nobody'));
    expect(ask('nobody')).not.toBe(ask('noone'));
    expect(ask('nobody').replace(/s=[^,]*/, 's=')).toBe(ask('user').replace(/s=[^,]*/, 's='));
    expect(ask('nobody').length).toBe(ask('user').length);
  });

  it.each([
    ['asks for channel binding', 'p=tls-unique,,n=user,r=a'],
    ['acts for another user', 'n,a=root,n=user,r=a'],
    ['has no nonce', 'n,,n=user,r='],
    ['escapes its name wrongly', 'n,,n=a=b,r=a'],
  ])('refuses a first message that %s', (_, message) => {
    expect(new ScramMechanism('sha1', accounts, () => 'N').start().step(bytes(message)).outcome).toBe(
      'refused',
    );
  });

  it.each([
    ['of another nonce', 'c=biws,r=aM,p=AAAA'],
    ['of another binding', 'c=eSws,r=aN,p=AAAA'],
    ['with a short proof', 'c=biws,r=aN,p=AAAA'],
    ['without a proof', 'c=biws,r=aN'],
  ])('refuses a final message %s', (_, message) => {
    const exchange = new ScramMechanism('sha1', accounts, () => 'N').start();
    exchange.step(bytes('n,,n=user,r=a'));
    expect(exchange.step(bytes(message)).outcome).toBe('refused');
  });
});

describe('PLAIN', () => {
  const login = (data: string): string => new PlainMechanism(accounts).start().step(bytes(data)).outcome;

  it.each([
    ['\0user\0pencil', 'accepted'],
    ['user\0user\0pencil', 'accepted'],
    ['root\0user\0pencil', 'refused'],
    ['\0user\0wrong', 'refused'],
    ['\0nobody\0pencil', 'refused'],
    ['\0user\0pencil\0', 'refused'],
    ['pencil', 'refused'],
  ])('answers %j with %s', (data, outcome) => expect(login(data)).toBe(outcome));

  it('asks once when the client does not begin', () => {
    const exchange = new PlainMechanism(accounts).start();
    expect(exchange.step(null)).toMatchObject({ outcome: 'continue' });
    expect(exchange.step(null).outcome).toBe('refused');
  });
});

describe('the file of accounts', () => {
  it('has passwords and keys', () => {
    const keys = scramKeys('sha256', 'secret', bytes('salt'), 5000);
    const list = parseAccounts(`# who\n\nanna:p:q\r\n${formatAccount('bert', 'sha256', keys)}\n`, secret);
    const scram = (user: string, password: string, hash: ScramHash): string =>
      scramLogin(new ScramMechanism(hash, list, () => 'N').start(), hash, user, password).outcome;
    expect(list.size).toBe(2);
    expect(scram('anna', 'p:q', 'sha1')).toBe('accepted');
    expect(scram('bert', 'secret', 'sha256')).toBe('accepted');
    expect(scram('bert', 'secret', 'sha1')).toBe('refused');
  });

  it.each([
    ['nobody', 'line 2 of the accounts: has no user name and colon'],
    ['anna:', 'line 2 of the accounts: has no password'],
    ['anna:SCRAM-SHA-1$0:AAAA$AAAA:AAAA', 'line 2 of the accounts: the keys have a wrong length'],
    [`${'a'.repeat(300)}:x`, 'line 2 of the accounts: the user name is longer than 256 characters'],
  ])('refuses %s', (line, message) => {
    expect(() => parseAccounts(`ok:ok\n${line}`, secret)).toThrowError(
      expect.objectContaining({ code: 'ERR_SASL_ACCOUNTS', message }),
    );
  });
});

describe('the exchange of SPICE', () => {
  const mechanisms: SaslMechanism[] = [
    new ScramMechanism('sha256', accounts, () => 'N'),
    new PlainMechanism(accounts),
  ];
  const word = (value: number): Buffer => {
    const buffer = Buffer.alloc(4);
    buffer.writeUInt32LE(value);
    return buffer;
  };
  const feed = (session: SaslSession, input: Uint8Array): number => {
    let at = 0;
    while (session.outcome.state === 'going' && at + session.needs <= input.length) {
      const part = input.subarray(at, at + session.needs);
      at += part.length;
      session.receive(part);
    }
    return at;
  };
  const named = (name: string): Buffer => Buffer.concat([word(name.length), Buffer.from(name)]);
  const said = (data: string): Buffer => Buffer.concat([word(data.length + 1), Buffer.from(`${data}\0`)]);
  const outgoing = (session: SaslSession): Buffer => Buffer.concat(session.takeOutgoing());

  it('lets a user in with PLAIN', () => {
    const session = new SaslSession(mechanisms);
    expect(outgoing(session)).toEqual(named(',SCRAM-SHA-256,PLAIN,'));
    feed(session, Buffer.concat([named('PLAIN'), said('\0user\0pencil')]));
    expect(session.outcome).toEqual({ state: 'accepted', user: 'user' });
    expect(outgoing(session)).toEqual(Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 0]));
  });

  it('asks a client that says nothing, with an empty text', () => {
    const session = new SaslSession(mechanisms);
    outgoing(session);
    feed(session, Buffer.concat([named('PLAIN'), word(0)]));
    expect(outgoing(session)).toEqual(Buffer.from([1, 0, 0, 0, 0, 0]));
    feed(session, said('\0user\0pencil'));
    expect(session.outcome.state).toBe('accepted');
  });

  it.each([
    ['a name of no bytes', word(0), false],
    ['a name of 101 bytes', word(101), false],
    ['a mechanism that is not offered', named('GSSAPI'), true],
    ['part of the list', named('SCRAM-SHA-256,PLAIN'), true],
    ['too much data', Buffer.concat([named('PLAIN'), word(65_537)]), false],
    ['data without NUL', Buffer.concat([named('PLAIN'), word(2), Buffer.from('ab')]), false],
    ['a wrong password', Buffer.concat([named('PLAIN'), said('\0user\0x')]), false],
  ])('refuses %s', (_, input, badMechanism) => {
    const session = new SaslSession(mechanisms);
    feed(session, input);
    expect(session.outcome).toMatchObject({ state: 'refused', badMechanism });
  });

  it('survives anything', () => {
    const start = fc.constantFrom(Buffer.alloc(0), named('PLAIN'), named('SCRAM-SHA-256'));
    const message = fc.oneof(
      fc.string({ maxLength: 60 }).map(said),
      fc.constantFrom('n,,n=user,r=a', 'c=biws,r=aN,p=AAAA', '\0user\0x').map(said),
      fc.uint8Array({ maxLength: 80 }).map((raw) => Buffer.from(raw)),
    );
    fc.assert(
      fc.property(start, fc.array(message, { maxLength: 30 }), (begin, parts) => {
        const session = new SaslSession(mechanisms);
        const input = Buffer.concat([begin, ...parts]);
        expect(feed(session, input)).toBeLessThanOrEqual(input.length);
        expect(session.outcome.state).not.toBe('accepted');
        expect(session.needs).toBeLessThanOrEqual(65_536);
      }),
      { numRuns: 500 },
    );
  });
});
