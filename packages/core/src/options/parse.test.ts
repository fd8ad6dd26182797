import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSpiceOptions } from './format.js';
import { quoteValue } from './key-values.js';
import { SpiceOptionError } from './option-error.js';
import { type OptionDeclaration, type OptionName, optionNames, optionTable } from './option-table.js';
import { maxOptionTextLength, parseSpiceOptions } from './parse.js';
import { channelNames, videoCodecs, videoEncoders } from './spice-options.js';

function refusal(text: string): SpiceOptionError {
  try {
    parseSpiceOptions(text);
  } catch (error) {
    if (error instanceof SpiceOptionError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

test('a port alone gets every default', () => {
  expect(parseSpiceOptions('port=5930')).toEqual({
    port: 5930,
    tlsPort: null,
    addr: '127.0.0.1',
    family: 'any',
    unix: false,
    password: null,
    passwordSecret: null,
    disableTicketing: false,
    sasl: false,
    saslUsers: null,
    limits: { loginFailures: 10, loginDelayMs: 1000, handshakeMs: 10_000, halfOpen: 256, connections: 1024 },
    x509: null,
    tlsCiphers: null,
    tlsChannels: [],
    plaintextChannels: [],
    imageCompression: 'auto',
    jpegWanCompression: 'auto',
    zlibGlzWanCompression: 'auto',
    streamingVideo: 'off',
    videoCodecs: null,
    maxRefreshRate: 30,
    playbackCompression: true,
    agentMouse: true,
    disableCopyPaste: false,
    disableAgentFileXfer: false,
    seamlessMigration: false,
    display: null,
    head: 0,
    gl: false,
    rendernode: null,
  });
});

test('every option arrives', () => {
  const text =
    'port=1,tls-port=2,addr=example.org,ipv4=on,password=se,,same,disable-ticketing,sasl=yes,x509-dir=/pki,' +
    'sasl-users=/users,login-failures=1,login-delay=2,handshake-timeout=3,max-half-open=4,max-connections=5,' +
    'x509-key-password=k,x509-cert-file=c.pem,tls-ciphers=HIGH,tls-channel=main,tls-channel=inputs,' +
    'plaintext-channel=record,image-compression=lz4,jpeg-wan-compression=always,' +
    'zlib-glz-wan-compression=never,streaming-video=filter,video-codecs=gstreamer:vp8;spice:mjpeg;,' +
    'max-refresh-rate=60,playback-compression=off,agent-mouse=false,disable-copy-paste=y,' +
    'disable-agent-file-xfer=true,seamless-migration=on,display=qxl0,head=1,rendernode=/dev/dri/renderD128';
  expect(parseSpiceOptions(text)).toEqual({
    port: 1,
    tlsPort: 2,
    addr: 'example.org',
    family: 'ipv4',
    unix: false,
    password: 'se,same',
    passwordSecret: null,
    disableTicketing: true,
    sasl: true,
    saslUsers: '/users',
    limits: { loginFailures: 1, loginDelayMs: 2, handshakeMs: 3000, halfOpen: 4, connections: 5 },
    x509: {
      keyFile: '/pki/server-key.pem',
      certFile: 'c.pem',
      cacertFile: '/pki/ca-cert.pem',
      keyPassword: 'k',
      dhKeyFile: null,
    },
    tlsCiphers: 'HIGH',
    tlsChannels: ['main', 'inputs'],
    plaintextChannels: ['record'],
    imageCompression: 'lz4',
    jpegWanCompression: 'always',
    zlibGlzWanCompression: 'never',
    streamingVideo: 'filter',
    videoCodecs: [
      { encoder: 'gstreamer', codec: 'vp8' },
      { encoder: 'spice', codec: 'mjpeg' },
    ],
    maxRefreshRate: 60,
    playbackCompression: false,
    agentMouse: false,
    disableCopyPaste: true,
    disableAgentFileXfer: true,
    seamlessMigration: true,
    display: 'qxl0',
    head: 1,
    gl: false,
    rendernode: '/dev/dri/renderD128',
  });
});

test('the result cannot be changed', () => {
  const options = parseSpiceOptions('port=1,x509-dir=/pki,video-codecs=spice:mjpeg');
  const { x509, tlsChannels, plaintextChannels, videoCodecs: codecs } = options;
  for (const part of [options, x509, tlsChannels, plaintextChannels, codecs, codecs?.[0]]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test.each([
  ['port=0', { port: 0 }],
  ['port=0x1770', { port: 6000 }],
  ['port=010', { port: 8 }],
  ['port= +5999', { port: 5999 }],
  ['tls-port=0,port=65535', { port: 65535, tlsPort: 0 }],
  ['port=1,port=2', { port: 2 }],
  ['port=1,nodisable-copy-paste,disable-copy-paste', { disableCopyPaste: true }],
  ['port=1,disable-copy-paste,nodisable-copy-paste', { disableCopyPaste: false }],
  ['port=1,', { port: 1 }],
  ['port=1,ipv6=on', { family: 'ipv6', addr: '::1' }],
  ['port=1,ipv6,addr=::', { family: 'ipv6', addr: '::' }],
  ['unix=on,addr=/run/spice.sock', { unix: true, addr: '/run/spice.sock', port: null }],
  ['unix,addr=s,gl,rendernode=r', { unix: true, gl: true, rendernode: 'r' }],
  ['port=1,password=', { password: null }],
  ['port=1,password=,password-secret=s', { password: null, passwordSecret: 's' }],
  ['port=1,password=x,disable-ticketing=on', { password: 'x', disableTicketing: true }],
  ['port=1,video-codecs=auto', { videoCodecs: null }],
  [
    'port=1,x509-key-file=k',
    { x509: expect.objectContaining({ keyFile: 'k', certFile: './server-cert.pem' }) },
  ],
  [
    'port=1,tls-port=2,plaintext-channel=main,tls-channel=main',
    { tlsChannels: ['main'], plaintextChannels: [] },
  ],
  ['port=1,tls-channel=main,plaintext-channel=main', { tlsChannels: [], plaintextChannels: ['main'] }],
])('%s', (text, expected) => {
  expect(parseSpiceOptions(text)).toMatchObject(expected);
});

describe('refusals have QEMU’s texts', () => {
  test.each([
    ['foo=1', 'unknown', 'foo', 0, "Invalid parameter 'foo'"],
    ['port=1,foo', 'unknown', 'foo', 7, "Invalid parameter 'foo'"],
    ['id=x', 'unknown', 'id', 0, "Invalid parameter 'id'"],
    ['toString=1', 'unknown', 'toString', 0, "Invalid parameter 'toString'"],
    ['noaddr', 'unknown', 'noaddr', 0, "Invalid parameter 'noaddr'"],
    ['=1', 'unknown', '', 0, "Invalid parameter ''"],
    ['5930', 'unknown', '5930', 0, "Invalid parameter '5930'"],
    ['port=abc', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port=', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port=5999 ', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port=1k', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port=08', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port=5999,,', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port', 'missing', 'port', 0, "Parameter 'port' expects a number"],
    ['addr', 'missing', 'addr', 0, "Parameter 'addr' expects a value"],
    ['port=abc,port=1', 'value', 'port', 0, "Parameter 'port' expects a number"],
    ['port=65536', 'range', 'port', 0, 'spice port is out of range'],
    ['port=-1', 'range', 'port', 0, 'spice port is out of range'],
    ['tls-port=65536', 'range', 'tls-port', 0, 'spice tls-port is out of range'],
    [
      'port=18446744073709551616',
      'range',
      'port',
      0,
      "Value '18446744073709551616' is too large for parameter 'port'",
    ],
    ['port=1,gl=ON', 'value', 'gl', 7, "Parameter 'gl' expects 'on' or 'off'"],
    ['port=1,gl=', 'value', 'gl', 7, "Parameter 'gl' expects 'on' or 'off'"],
    [
      'port=1,image-compression=zip',
      'value',
      'image-compression',
      7,
      'spice: invalid image compression: zip',
    ],
    ['port=1,streaming-video=on', 'value', 'streaming-video', 7, 'spice: invalid stream video control: on'],
    [
      'port=1,jpeg-wan-compression=x',
      'value',
      'jpeg-wan-compression',
      7,
      'spice: invalid wan compression: x',
    ],
    [
      'port=1,zlib-glz-wan-compression=',
      'value',
      'zlib-glz-wan-compression',
      7,
      'spice: invalid wan compression: ',
    ],
    ['port=1,tls-channel=x', 'value', 'tls-channel', 7, 'spice: failed to set channel security for x'],
    [
      'port=1,tls-channel=main',
      'conflict',
      'tls-channel',
      7,
      'spice: tried to setup tls-channel without specifying a TLS port',
    ],
    ['port=1,video-codecs=mjpeg', 'value', 'video-codecs', 7, 'Invalid video codecs: mjpeg'],
    ['port=1,video-codecs=spice:mjpeg;x:vp8', 'value', 'video-codecs', 7, 'Invalid video codecs: x:vp8'],
    ['port=1,video-codecs=spice:mjpeg:1', 'value', 'video-codecs', 7, 'Invalid video codecs: spice:mjpeg:1'],
    ['port=1,video-codecs=;;', 'value', 'video-codecs', 7, 'Invalid video codecs: ;;'],
    [
      `port=1,video-codecs=${'spice:vp8;'.repeat(33)}`,
      'value',
      'video-codecs',
      7,
      'Invalid video codecs: more than 32',
    ],
    ['port=1,max-refresh-rate=0', 'range', 'max-refresh-rate', 7, 'max refresh rate/fps is invalid'],
    ['port=1,head=64', 'range', 'head', 7, 'spice head is out of range'],
    ['', 'missing', 'port', null, 'neither port nor tls-port specified for spice'],
    ['addr=::1', 'missing', 'port', null, 'neither port nor tls-port specified for spice'],
    ['unix=on', 'missing', 'addr', null, "Parameter 'addr' is missing"],
    ['unix=on,addr=', 'missing', 'addr', 8, "Parameter 'addr' is missing"],
    [
      `unix,addr=${'é'.repeat(54)}`,
      'range',
      'addr',
      5,
      `UNIX socket path '${'é'.repeat(54)}' is too long: at most 107 bytes`,
    ],
    ['unix,addr=s,port=0', 'conflict', 'port', 12, "'port' option is mutually exclusive with 'unix'"],
    ['unix,addr=s,ipv4', 'conflict', 'ipv4', 12, "'ipv4' option is mutually exclusive with 'unix'"],
    ['port=1,ipv4,ipv6', 'conflict', 'ipv6', 12, "'ipv4' option is mutually exclusive with 'ipv6'"],
    [
      'port=1,gl=on',
      'conflict',
      'gl',
      7,
      'SPICE GL support is local-only for now and incompatible with -spice port/tls-port',
    ],
    [
      'port=1,password=a,password-secret=b',
      'conflict',
      'password',
      7,
      "'password' option is mutually exclusive with 'password-secret'",
    ],
    [
      `port=1,password=${'x'.repeat(61)}`,
      'range',
      'password',
      7,
      "Value of parameter 'password' is longer than 60 bytes",
    ],
    ['port=1,addr=a\0b', 'value', 'addr', 7, "Parameter 'addr' contains a NUL"],
    [
      ' '.repeat(maxOptionTextLength + 1),
      'range',
      '',
      maxOptionTextLength,
      'option text is longer than 131072 characters',
    ],
  ] as const)('%.60s', (text, reason, option, offset, message) => {
    const { code, ...error } = refusal(text);
    expect(code).toBe('ERR_SPICE_OPTION');
    expect({ ...error, message: refusal(text).message }).toMatchObject({ reason, option, offset, message });
  });
});

const written: fc.Arbitrary<[OptionName, string]> = fc.constantFrom(...optionNames).chain((name) => {
  const declaration: OptionDeclaration = optionTable[name];
  const value = {
    boolean: () => fc.constantFrom('on', 'off', 'yes', 'no', 'true', 'false', 'y', 'n'),
    number: () => fc.integer({ min: 0, max: 70_000 }).map(String),
    text: () => fc.string({ unit: 'binary', maxLength: 30 }),
    choice: () => fc.constantFrom(...(declaration.kind === 'choice' ? declaration.values : [])),
    channels: () => fc.constantFrom(...channelNames),
    codecs: () =>
      fc
        .array(fc.tuple(fc.constantFrom(...videoEncoders), fc.constantFrom(...videoCodecs)), { minLength: 1 })
        .map((codecs) => codecs.map((pair) => pair.join(':')).join(';')),
  }[declaration.kind]();
  return fc.tuple(fc.constant(name), value);
});

const optionText = fc
  .array(written, { maxLength: 12 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${quoteValue(value)}`).join(','));

function parsedOrRefused(text: string) {
  try {
    return parseSpiceOptions(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SpiceOptionError);
    return null;
  }
}

test('what is formatted is parsed as the same options', () => {
  let accepted = 0;
  const doors = fc.constantFrom('port=5900,', 'tls-port=0,', 'unix,addr=a,,b,', '');
  fc.assert(
    fc.property(doors, optionText, (door, text) => {
      const options = parsedOrRefused(door + text);
      if (options === null) return;
      accepted++;
      expect(parseSpiceOptions(formatSpiceOptions(options))).toEqual(options);
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test('any text is parsed or refused with a SpiceOptionError', () => {
  const fragments = fc.constantFrom(...optionNames, '=', ',', ',,', 'on', '5', '-1', 'no', ';', ':', '\0');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fragments, { maxLength: 20 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      parsedOrRefused(candidate);
    }),
    { numRuns: 1000 },
  );
});
