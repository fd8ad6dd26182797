import { expect, test } from 'vitest';
import { formatSpiceOptions } from './format.js';
import { parseSpiceOptions } from './parse.js';

test.each([
  ['port=5930,disable-ticketing', 'port=5930,addr=127.0.0.1,disable-ticketing=on'],
  ['unix,addr=/a,,b,agent-mouse=off', 'addr=/a,,b,unix=on,agent-mouse=off'],
  [
    'tls-port=1,x509-dir=/p,tls-channel=main',
    'tls-port=1,addr=127.0.0.1,x509-key-file=/p/server-key.pem,x509-cert-file=/p/server-cert.pem,' +
      'x509-cacert-file=/p/ca-cert.pem,tls-channel=main',
  ],
])('%s', (text, expected) => {
  expect(formatSpiceOptions(parseSpiceOptions(text))).toBe(expected);
});
