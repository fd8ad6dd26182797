import { splitKeyValues } from './key-values.js';
import { SpiceOptionError } from './option-error.js';
import {
  maxSocketPathBytes,
  type OptionDeclaration,
  type OptionName,
  type OptionValues,
  optionNames,
  optionTable,
} from './option-table.js';
import { byteLength, type OptionValue, parseOptionValue, type WrittenOption } from './option-value.js';
import type { SpiceChannelName, SpiceOptions, X509Options } from './spice-options.js';

/** UTF-16 units of a whole option string. */
export const maxOptionTextLength = 131_072;

type ChannelSecurity = 'tls-channel' | 'plaintext-channel';

interface Given {
  readonly values: OptionValues;
  /** The last wins; in the order in which they were first named. */
  readonly channels: ReadonlyMap<SpiceChannelName, ChannelSecurity>;
  /** Where each given option was last written. */
  readonly offsets: ReadonlyMap<OptionName, number>;
}

const isOptionName = (name: string): name is OptionName => Object.hasOwn(optionTable, name);

/** A key without a value: a boolean is on, or off with `no` before its name. */
function writeOut(key: string, offset: number): WrittenOption {
  if (isOptionName(key)) {
    const { kind } = optionTable[key];
    if (kind === 'boolean') return { name: key, value: 'on', offset };
    const expected = kind === 'number' ? 'a number' : 'a value';
    throw new SpiceOptionError('missing', key, offset, `Parameter '${key}' expects ${expected}`);
  }
  const negated = key.startsWith('no') ? key.slice(2) : '';
  if (isOptionName(negated) && optionTable[negated].kind === 'boolean') {
    return { name: negated, value: 'off', offset };
  }
  throw new SpiceOptionError('unknown', key, offset, `Invalid parameter '${key}'`);
}

function defaultValues(): Record<string, OptionValue> {
  const values: Record<string, OptionValue> = {};
  for (const name of optionNames) {
    const declaration: OptionDeclaration = optionTable[name];
    if (declaration.kind === 'channels') continue;
    values[name] = 'default' in declaration ? declaration.default : null;
  }
  return values;
}

function readGiven(text: string): Given {
  const values = defaultValues();
  const channels = new Map<SpiceChannelName, ChannelSecurity>();
  const offsets = new Map<OptionName, number>();
  for (const { key, value, offset } of splitKeyValues(text)) {
    const written = value === null ? writeOut(key, offset) : { name: key, value, offset };
    const { name } = written;
    if (!isOptionName(name)) {
      throw new SpiceOptionError('unknown', name, offset, `Invalid parameter '${name}'`);
    }
    const parsed = parseOptionValue(written, optionTable[name]);
    offsets.set(name, offset);
    if (name === 'tls-channel' || name === 'plaintext-channel')
      channels.set(parsed as SpiceChannelName, name);
    else values[name] = parsed;
  }
  return { values: values as unknown as OptionValues, channels, offsets };
}

function checkAddress({ values, offsets }: Given): void {
  const fail = (reason: 'conflict' | 'missing' | 'range', option: OptionName, message: string): never => {
    throw new SpiceOptionError(reason, option, offsets.get(option) ?? null, message);
  };
  const { addr } = values;
  if (!values.unix) {
    if (values.port === null && values['tls-port'] === null) {
      fail('missing', 'port', 'neither port nor tls-port specified for spice');
    }
    if (values.gl) {
      const message = 'SPICE GL support is local-only for now and incompatible with -spice port/tls-port';
      fail('conflict', 'gl', message);
    }
    if (values.ipv4 && values.ipv6)
      fail('conflict', 'ipv6', "'ipv4' option is mutually exclusive with 'ipv6'");
    return;
  }
  for (const name of ['port', 'tls-port', 'ipv4', 'ipv6'] as const) {
    if (values[name] !== null && values[name] !== false) {
      fail('conflict', name, `'${name}' option is mutually exclusive with 'unix'`);
    }
  }
  if (addr === null) fail('missing', 'addr', "Parameter 'addr' is missing");
  else if (byteLength(addr) > maxSocketPathBytes) {
    fail('range', 'addr', `UNIX socket path '${addr}' is too long: at most ${maxSocketPathBytes} bytes`);
  }
}

function checkSecurity({ values, channels, offsets }: Given): void {
  if (values.password !== null && values['password-secret'] !== null) {
    const message = "'password' option is mutually exclusive with 'password-secret'";
    throw new SpiceOptionError('conflict', 'password', offsets.get('password') ?? null, message);
  }
  const needsTls = [...channels.values()].includes('tls-channel');
  if (needsTls && values['tls-port'] === null) {
    const message = 'spice: tried to setup tls-channel without specifying a TLS port';
    throw new SpiceOptionError('conflict', 'tls-channel', offsets.get('tls-channel') ?? null, message);
  }
}

function x509Options({ values, offsets }: Given): X509Options | null {
  if (![...offsets.keys()].some((name) => name.startsWith('x509-'))) return null;
  const directory = values['x509-dir'] ?? '.';
  return Object.freeze({
    keyFile: values['x509-key-file'] ?? `${directory}/server-key.pem`,
    certFile: values['x509-cert-file'] ?? `${directory}/server-cert.pem`,
    cacertFile: values['x509-cacert-file'] ?? `${directory}/ca-cert.pem`,
    keyPassword: values['x509-key-password'],
    dhKeyFile: values['x509-dh-key-file'],
  });
}

/**
 * Reads the argument of `-spice` (features §4.1): QEMU's syntax, names, defaults and complaints. Where we differ:
 * the default address is loopback, port 0 picks a free port, and options that QEMU would quietly ignore beside
 * `unix=on` are refused. An option given twice counts as given last.
 * Throws `SpiceOptionError` and nothing else.
 */
export function parseSpiceOptions(text: string): SpiceOptions {
  if (text.length > maxOptionTextLength) {
    const message = `option text is longer than ${maxOptionTextLength} characters`;
    throw new SpiceOptionError('range', '', maxOptionTextLength, message);
  }
  const given = readGiven(text);
  checkAddress(given);
  checkSecurity(given);
  const { values, channels } = given;
  const named = (security: ChannelSecurity) =>
    Object.freeze([...channels].filter(([, wanted]) => wanted === security).map(([channel]) => channel));
  const codecs = values['video-codecs'];
  return Object.freeze({
    port: values.port,
    tlsPort: values['tls-port'],
    addr: values.addr ?? (values.ipv6 ? '::1' : '127.0.0.1'),
    family: values.ipv4 ? 'ipv4' : values.ipv6 ? 'ipv6' : 'any',
    unix: values.unix,
    password: values.password,
    passwordSecret: values['password-secret'],
    disableTicketing: values['disable-ticketing'],
    sasl: values.sasl,
    saslUsers: values['sasl-users'],
    limits: Object.freeze({
      loginFailures: values['login-failures'],
      loginDelayMs: values['login-delay'],
      handshakeMs: 1000 * values['handshake-timeout'],
      halfOpen: values['max-half-open'],
      connections: values['max-connections'],
    }),
    x509: x509Options(given),
    tlsCiphers: values['tls-ciphers'],
    tlsChannels: named('tls-channel'),
    plaintextChannels: named('plaintext-channel'),
    imageCompression: values['image-compression'],
    jpegWanCompression: values['jpeg-wan-compression'],
    zlibGlzWanCompression: values['zlib-glz-wan-compression'],
    streamingVideo: values['streaming-video'],
    videoCodecs: codecs === null ? null : Object.freeze(codecs),
    maxRefreshRate: values['max-refresh-rate'],
    playbackCompression: values['playback-compression'],
    agentMouse: values['agent-mouse'],
    disableCopyPaste: values['disable-copy-paste'],
    disableAgentFileXfer: values['disable-agent-file-xfer'],
    seamlessMigration: values['seamless-migration'],
    display: values.display,
    head: values.head,
    gl: values.gl,
    rendernode: values.rendernode,
  });
}
