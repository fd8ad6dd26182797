import { quoteValue } from './key-values.js';
import { type OptionDeclaration, type OptionName, optionTable } from './option-table.js';
import type { SpiceOptions } from './spice-options.js';

type Written = string | number | boolean | null;

function written(options: SpiceOptions): [OptionName, Written][] {
  const { x509, videoCodecs } = options;
  return [
    ['port', options.port],
    ['tls-port', options.tlsPort],
    ['addr', options.addr],
    ['ipv4', options.family === 'ipv4'],
    ['ipv6', options.family === 'ipv6'],
    ['unix', options.unix],
    ['password', options.password],
    ['password-secret', options.passwordSecret],
    ['disable-ticketing', options.disableTicketing],
    ['sasl', options.sasl],
    ['sasl-users', options.saslUsers],
    ['login-failures', options.limits.loginFailures],
    ['login-delay', options.limits.loginDelayMs],
    ['handshake-timeout', options.limits.handshakeMs / 1000],
    ['max-half-open', options.limits.halfOpen],
    ['max-connections', options.limits.connections],
    ['x509-key-file', x509?.keyFile ?? null],
    ['x509-cert-file', x509?.certFile ?? null],
    ['x509-cacert-file', x509?.cacertFile ?? null],
    ['x509-key-password', x509?.keyPassword ?? null],
    ['x509-dh-key-file', x509?.dhKeyFile ?? null],
    ['tls-ciphers', options.tlsCiphers],
    ...options.tlsChannels.map((name): [OptionName, Written] => ['tls-channel', name]),
    ...options.plaintextChannels.map((name): [OptionName, Written] => ['plaintext-channel', name]),
    ['image-compression', options.imageCompression],
    ['jpeg-wan-compression', options.jpegWanCompression],
    ['zlib-glz-wan-compression', options.zlibGlzWanCompression],
    ['streaming-video', options.streamingVideo],
    ['video-codecs', videoCodecs?.map(({ encoder, codec }) => `${encoder}:${codec}`).join(';') ?? null],
    ['max-refresh-rate', options.maxRefreshRate],
    ['playback-compression', options.playbackCompression],
    ['agent-mouse', options.agentMouse],
    ['disable-copy-paste', options.disableCopyPaste],
    ['disable-agent-file-xfer', options.disableAgentFileXfer],
    ['seamless-migration', options.seamlessMigration],
    ['display', options.display],
    ['head', options.head],
    ['gl', options.gl],
    ['rendernode', options.rendernode],
  ];
}

/** The argument of `-spice` that `parseSpiceOptions` reads as these options; defaults are left out. */
export function formatSpiceOptions(options: SpiceOptions): string {
  const pairs: string[] = [];
  for (const [name, value] of written(options)) {
    const declaration: OptionDeclaration = optionTable[name];
    if (value === null || ('default' in declaration && declaration.default === value)) continue;
    const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
    pairs.push(`${name}=${quoteValue(text)}`);
  }
  return pairs.join(',');
}
