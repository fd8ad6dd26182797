/** Capability numbers: capability n is bit n % 32 of word n / 32. Protocol §2.4 and §5. */

export const commonCapabilities = { authSelection: 0, authSpice: 1, authSasl: 2, miniHeader: 3 } as const;

export const mainCapabilities = {
  semiSeamlessMigrate: 0,
  nameAndUuid: 1,
  agentConnectedTokens: 2,
  seamlessMigrate: 3,
} as const;

/** A client's bits say what it can receive; the server sets 1, 4, 6 and 12 for what it sends or understands. */
export const displayCapabilities = {
  sizedStream: 0,
  monitorsConfig: 1,
  composite: 2,
  a8Surface: 3,
  streamReport: 4,
  lz4Compression: 5,
  preferredCompression: 6,
  glScanout: 7,
  multiCodec: 8,
  codecMjpeg: 9,
  codecVp8: 10,
  codecH264: 11,
  preferredVideoCodec: 12,
  codecVp9: 13,
  codecH265: 14,
} as const;

export const inputsCapabilities = { keyScancode: 0 } as const;
export const playbackCapabilities = { celt: 0, volume: 1, latency: 2, opus: 3 } as const;
export const recordCapabilities = { celt: 0, volume: 1, opus: 2 } as const;
/** USB redirection, ports and WebDAV. */
export const deviceCapabilities = { dataCompressLz4: 0 } as const;
