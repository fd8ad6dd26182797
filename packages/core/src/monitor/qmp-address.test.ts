import { expect, test } from 'vitest';
import { formatQmpAddress, parseQmpAddress, QmpAddressError } from './qmp-address.js';

test.each([
  ['unix:/run/q.sock', { type: 'unix', path: '/run/q.sock' }],
  ['unix:q,server=on,wait=off', { type: 'unix', path: 'q' }],
  ['tcp:127.0.0.1:4444,server,nowait', { type: 'tcp', host: '127.0.0.1', port: 4444 }],
  ['tcp:localhost:0', { type: 'tcp', host: 'localhost', port: 0 }],
  ['tcp::65535', { type: 'tcp', host: '127.0.0.1', port: 65_535 }],
  ['tcp:[::1]:4444', { type: 'tcp', host: '::1', port: 4444 }],
] as const)('%s', (text, expected) => {
  expect(parseQmpAddress(text)).toEqual(expected);
  expect(parseQmpAddress(formatQmpAddress(expected))).toEqual(expected);
});

test.each([
  ['', 'unix:PATH or tcp:HOST:PORT is expected'],
  ['stdio', 'unix:PATH or tcp:HOST:PORT is expected'],
  ['unix:', 'a path is expected after unix:'],
  ['unix:a\0b', 'a path is expected after unix:'],
  ['unix:a,server=off', "Invalid parameter 'server=off'"],
  ['tcp:4444', 'HOST:PORT is expected'],
  ['tcp:::1:4444', 'HOST:PORT is expected'],
  ['tcp:a:65536', 'with a port from 0 to 65535'],
  ['tcp:a:-1', 'HOST:PORT is expected'],
  ['tcp:a:', 'HOST:PORT is expected'],
])('%j is refused', (text, reason) => {
  expect(() => parseQmpAddress(text)).toThrow(QmpAddressError);
  expect(() => parseQmpAddress(text)).toThrow(reason);
});
