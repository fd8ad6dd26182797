import {
  imageCompressions,
  streamingVideoModes,
  type VideoCodecChoice,
  wanCompressions,
} from './spice-options.js';

interface Described {
  readonly group: OptionGroup;
  /** One sentence for `--help` and the options page. */
  readonly text: string;
  /** Absent: an option of QEMU 7.2. */
  readonly since?: 'newer QEMU' | 'lazyspice';
}
export interface BooleanOption extends Described {
  readonly kind: 'boolean';
  readonly default: boolean;
}
/** An integer from `min` to `max`. */
export interface NumberOption extends Described {
  readonly kind: 'number';
  readonly default: number | null;
  readonly min: number;
  readonly max: number;
  readonly outOfRange: string;
}
export interface TextOption extends Described {
  readonly kind: 'text';
  /** What absence means, for humans. */
  readonly absent: string;
  /** Bytes of UTF-8. */
  readonly maxBytes: number;
}
export interface ChoiceOption<V extends string> extends Described {
  readonly kind: 'choice';
  readonly values: readonly V[];
  readonly default: V;
  /** The complaint, without the value. */
  readonly invalid: string;
}
/** May be given several times. */
export interface ChannelOption extends Described {
  readonly kind: 'channels';
}
export interface CodecsOption extends Described {
  readonly kind: 'codecs';
  readonly absent: string;
  readonly maxEntries: number;
}
export type OptionDeclaration =
  | BooleanOption
  | NumberOption
  | TextOption
  | ChoiceOption<string>
  | ChannelOption
  | CodecsOption;

export const optionGroups = [
  'Address',
  'Authentication',
  'Limits',
  'TLS',
  'Picture and sound',
  'Guest agent and migration',
  'Displays',
] as const;
export type OptionGroup = (typeof optionGroups)[number];

const boolean = <const D extends boolean>(group: OptionGroup, value: D, text: string) =>
  ({ kind: 'boolean', group, default: value, text }) as const satisfies BooleanOption;
const text = (group: OptionGroup, absent: string, description: string, maxBytes = 4096): TextOption => ({
  kind: 'text',
  group,
  absent,
  maxBytes,
  text: description,
});
const port = (name: string, description: string): NumberOption => ({
  kind: 'number',
  group: 'Address',
  default: null,
  min: 0,
  max: 65_535,
  outOfRange: `spice ${name} is out of range`,
  text: description,
});
/** A number that QEMU does not know. */
const limit = (
  group: OptionGroup,
  value: number,
  min: number,
  max: number,
  description: string,
): NumberOption & { readonly default: number } => ({
  kind: 'number',
  group,
  since: 'lazyspice',
  default: value,
  min,
  max,
  outOfRange: `a limit of spice is not in ${min}..${max}`,
  text: description,
});
const wan = (description: string): ChoiceOption<(typeof wanCompressions)[number]> => ({
  kind: 'choice',
  group: 'Picture and sound',
  values: wanCompressions,
  default: 'auto',
  invalid: 'spice: invalid wan compression',
  text: description,
});

/** The longest path that fits in a UNIX socket address, in bytes. */
export const maxSocketPathBytes = 107;
/** The longest password that a ticket can carry, in bytes (protocol §2.6). */
export const maxPasswordBytes = 60;

/** Every option of `-spice`, once; parser, formatter, help and the options page are made from it. */
export const optionTable = {
  port: port('port', 'TCP port without TLS; 0 picks a free one.'),
  'tls-port': port('tls-port', 'TCP port with TLS; 0 picks a free one.'),
  addr: text(
    'Address',
    '127.0.0.1 (::1 with ipv6=on)',
    'Host name or address to listen on, or the path of the socket with unix=on; 0.0.0.0 for everybody.',
  ),
  ipv4: boolean('Address', false, 'Listen on IPv4 addresses only.'),
  ipv6: boolean('Address', false, 'Listen on IPv6 addresses only.'),
  unix: boolean('Address', false, 'Listen on a UNIX socket, at the path given with addr, and on no port.'),
  password: text(
    'Authentication',
    'no ticket',
    'The ticket in clear; others on this machine may read it from the process list.',
    maxPasswordBytes,
  ),
  'password-secret': text('Authentication', 'no secret', 'Name of the secret that holds the ticket.'),
  'disable-ticketing': boolean('Authentication', false, 'Let everybody in, even if a password is given.'),
  sasl: boolean('Authentication', false, 'Authenticate with SASL instead of a ticket. Needs sasl-users.'),
  'sasl-users': {
    kind: 'text',
    group: 'Authentication',
    since: 'lazyspice',
    absent: 'no accounts',
    maxBytes: 4096,
    text: 'File of the accounts for sasl: one user:password in a line, or user:SCRAM-SHA-256$rounds:salt$key:key.',
  },
  'login-failures': limit(
    'Authentication',
    10,
    0,
    1_000_000,
    'Wrong passwords in a minute from one address, after which it is turned away for a minute; 0: any number.',
  ),
  'login-delay': limit(
    'Authentication',
    1000,
    0,
    60_000,
    'Milliseconds that an address waits for the answer to its fourth wrong password in a minute; then twice as long each time, up to 8 times.',
  ),
  'handshake-timeout': limit(
    'Limits',
    10,
    1,
    3600,
    'Seconds until a connection must be through TLS, WebSocket and the link stage.',
  ),
  'max-half-open': limit(
    'Limits',
    256,
    1,
    65_536,
    'Connections in the link stage at a time; one more ends the oldest.',
  ),
  'max-connections': limit(
    'Limits',
    1024,
    1,
    65_536,
    'Connections that are served at a time; each channel of a client is one.',
  ),
  'x509-dir': text(
    'TLS',
    'the current directory',
    'Directory of server-key.pem, server-cert.pem and ca-cert.pem.',
    4000,
  ),
  'x509-key-file': text('TLS', 'server-key.pem in x509-dir', "The server's private key, PEM."),
  'x509-key-password': text('TLS', 'the key is not encrypted', 'Password of the private key.'),
  'x509-cert-file': text('TLS', 'server-cert.pem in x509-dir', "The server's certificate chain, PEM."),
  'x509-cacert-file': text('TLS', 'ca-cert.pem in x509-dir', 'The certificate authority, PEM.'),
  'x509-dh-key-file': text('TLS', 'built-in parameters', 'Diffie-Hellman parameters, PEM.'),
  'tls-ciphers': text('TLS', "the TLS library's own", 'Cipher list in OpenSSL form.'),
  'tls-channel': {
    kind: 'channels',
    group: 'TLS',
    text: 'Serve this channel over TLS only. Needs tls-port.',
  },
  'plaintext-channel': {
    kind: 'channels',
    group: 'TLS',
    text: 'Serve this channel without TLS only. Of two options for one channel the last holds.',
  },
  'image-compression': {
    kind: 'choice',
    group: 'Picture and sound',
    values: imageCompressions,
    default: 'auto',
    invalid: 'spice: invalid image compression',
    text: 'Lossless codec for images. lz4 and auto are not in QEMU; auto picks by content, client and network.',
  },
  'jpeg-wan-compression': wan('JPEG for photographic images; auto: towards clients on a slow network.'),
  'zlib-glz-wan-compression': wan('zlib around GLZ images; auto: towards clients on a slow network.'),
  'streaming-video': {
    kind: 'choice',
    group: 'Picture and sound',
    values: streamingVideoModes,
    default: 'off',
    invalid: 'spice: invalid stream video control',
    text: 'Send areas that change often as video: none, all, or those that look like video.',
  },
  'video-codecs': {
    kind: 'codecs',
    group: 'Picture and sound',
    since: 'newer QEMU',
    absent: "the server's own order",
    maxEntries: 32,
    text: 'Order of preference of video encoders, as encoder:codec;encoder:codec, or auto.',
  },
  'max-refresh-rate': {
    kind: 'number',
    group: 'Picture and sound',
    since: 'newer QEMU',
    default: 30,
    min: 1,
    max: 1000,
    outOfRange: 'max refresh rate/fps is invalid',
    text: 'Frames a second at which a GL display is sent.',
  },
  'playback-compression': boolean('Picture and sound', true, 'Compress sound with Opus if the client can.'),
  'agent-mouse': boolean('Guest agent and migration', true, "Let the guest's agent place the pointer."),
  'disable-copy-paste': boolean(
    'Guest agent and migration',
    false,
    'Refuse the clipboard in both directions.',
  ),
  'disable-agent-file-xfer': boolean('Guest agent and migration', false, 'Refuse files sent to the guest.'),
  'seamless-migration': boolean(
    'Guest agent and migration',
    false,
    "Take the state of clients' channels along when the machine migrates. Not supported yet: they begin anew.",
  ),
  display: text('Displays', 'all display devices', 'Id of the one display device to show.'),
  head: {
    kind: 'number',
    group: 'Displays',
    default: 0,
    min: 0,
    max: 63,
    outOfRange: 'spice head is out of range',
    text: 'Head of the display device.',
  },
  gl: boolean(
    'Displays',
    false,
    'Share GL surfaces with a local client; not possible with port or tls-port.',
  ),
  rendernode: text('Displays', 'any', 'DRM render node for gl.'),
} as const satisfies Record<string, OptionDeclaration>;

export type OptionName = keyof typeof optionTable;
export const optionNames = Object.keys(optionTable) as OptionName[];

type ValueOf<D> = D extends BooleanOption
  ? boolean
  : D extends ChoiceOption<infer V>
    ? V
    : D extends { readonly kind: 'number'; readonly default: number }
      ? number
      : D extends NumberOption
        ? number | null
        : D extends TextOption
          ? string | null
          : D extends CodecsOption
            ? readonly VideoCodecChoice[] | null
            : never;

/** A value for every option that is not a list of channels. */
export type OptionValues = {
  [N in OptionName as (typeof optionTable)[N] extends ChannelOption ? never : N]: ValueOf<
    (typeof optionTable)[N]
  >;
};
