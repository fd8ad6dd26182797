/** `image-compression=`: QEMU's table, lz4, and our own `auto` (by content, client and network). */
export const imageCompressions = ['auto', 'off', 'auto_glz', 'auto_lz', 'quic', 'glz', 'lz', 'lz4'] as const;
export type ImageCompression = (typeof imageCompressions)[number];

/** `jpeg-wan-compression=`, `zlib-glz-wan-compression=`; auto: only towards clients on a slow network. */
export const wanCompressions = ['auto', 'never', 'always'] as const;
export type WanCompression = (typeof wanCompressions)[number];

export const streamingVideoModes = ['off', 'all', 'filter'] as const;
export type StreamingVideo = (typeof streamingVideoModes)[number];

/** `tls-channel=`, `plaintext-channel=`; default: every channel that is not named itself. */
export const channelNames = [
  'main',
  'display',
  'inputs',
  'cursor',
  'playback',
  'record',
  'smartcard',
  'usbredir',
  'port',
  'webdav',
  'default',
] as const;
export type SpiceChannelName = (typeof channelNames)[number];

export const videoEncoders = ['spice', 'gstreamer', 'ffmpeg'] as const;
export const videoCodecs = ['mjpeg', 'vp8', 'h264', 'vp9', 'h265'] as const;
/** One `encoder:codec` of `video-codecs=`. */
export interface VideoCodecChoice {
  /** spice: built in. gstreamer, ffmpeg: a program beside the server, which is ffmpeg for both names. */
  readonly encoder: (typeof videoEncoders)[number];
  readonly codec: (typeof videoCodecs)[number];
}

/** Files of the TLS key and certificates, PEM. */
export interface X509Options {
  readonly keyFile: string;
  readonly certFile: string;
  readonly cacertFile: string;
  /** null: the key file is not encrypted. */
  readonly keyPassword: string | null;
  readonly dhKeyFile: string | null;
}

/** What connections that have not proved themselves may cost. */
export interface ConnectionLimits {
  /** Failed logins in a minute from one address; one more and it is turned away for a minute. 0: any number. */
  readonly loginFailures: number;
  /** ms that the answer to a fourth failed login waits; see `LoginGuard`. */
  readonly loginDelayMs: number;
  /** TLS, WebSocket and link stage must be through in this time, in ms. */
  readonly handshakeMs: number;
  /** Connections in the link stage at a time. */
  readonly halfOpen: number;
  /** Linked connections at a time. */
  readonly connections: number;
}

/** What `-spice` asked for, checked and complete (features §4.1). Plain data: it may be posted to a worker. */
export interface SpiceOptions {
  /** 0..65535; 0: any free port. null: no plain door. Always null with `unix`. */
  readonly port: number | null;
  /** 0..65535; 0: any free port. null: no TLS door. Always null with `unix`. */
  readonly tlsPort: number | null;
  /** Host name or address; with `unix` the path of the socket, at most 107 bytes. */
  readonly addr: string;
  /** Which addresses a host name may stand for. */
  readonly family: 'any' | 'ipv4' | 'ipv6';
  readonly unix: boolean;
  /**
   * The ticket, 1..60 bytes of UTF-8. null: none is set; then nobody gets in before `set_password`,
   * unless `disableTicketing` or `sasl`.
   */
  readonly password: string | null;
  /** Name of the secret that holds the password; never given together with `password`. */
  readonly passwordSecret: string | null;
  /** Lets everybody in, whatever `password` says. */
  readonly disableTicketing: boolean;
  readonly sasl: boolean;
  /** File of the accounts for `sasl`; null: there are none, nobody gets in. */
  readonly saslUsers: string | null;
  readonly limits: ConnectionLimits;
  /** null: no x509 option was given. */
  readonly x509: X509Options | null;
  /** OpenSSL's cipher list; null: the library's own. */
  readonly tlsCiphers: string | null;
  /** Channels refused on the plain door. A channel is in one of the two lists at most. */
  readonly tlsChannels: readonly SpiceChannelName[];
  /** Channels refused on the TLS door. */
  readonly plaintextChannels: readonly SpiceChannelName[];
  readonly imageCompression: ImageCompression;
  readonly jpegWanCompression: WanCompression;
  readonly zlibGlzWanCompression: WanCompression;
  readonly streamingVideo: StreamingVideo;
  /** In order of preference, 1..32; null: the server's own order. */
  readonly videoCodecs: readonly VideoCodecChoice[] | null;
  /** Frames a second, 1..1000, at which a GL display is sent. */
  readonly maxRefreshRate: number;
  readonly playbackCompression: boolean;
  /** The guest's agent may move the pointer. */
  readonly agentMouse: boolean;
  readonly disableCopyPaste: boolean;
  readonly disableAgentFileXfer: boolean;
  readonly seamlessMigration: boolean;
  /** Id of the one display device to show; null: all. */
  readonly display: string | null;
  /** Head of that device, 0..63. */
  readonly head: number;
  readonly gl: boolean;
  /** DRM render node for `gl`; null: any. */
  readonly rendernode: string | null;
}
