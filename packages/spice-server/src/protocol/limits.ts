import { qxlLimits } from '@lazyspice/core';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Upper bounds of everything that is counted on the wire, in bytes where nothing else is said. Protocol §9. */
export const protocolLimits = {
  /** What follows the link header: link message and capability words. */
  linkBody: 4096,
  /** Words of capabilities of each kind in the link stage. */
  capabilityWords: 1024,

  /** Bodies of client messages by channel. */
  mainClientBody: 4096 + 11 * 2048,
  inputsClientBody: 2 * kibibyte,
  displayClientBody: kibibyte,
  cursorClientBody: kibibyte,
  soundClientBody: 64 * kibibyte,
  deviceClientBody: 4 * mebibyte,
  smartcardClientBody: 64 * kibibyte,
  /** A client hands the source's MIGRATE_DATA to the destination unchanged. */
  migrateData: mebibyte,
  agentData: 2048,

  /** Bytes of one image, glyph or video frame. */
  imageData: qxlLimits.blobBytes,
  /** Bytes of one sound, port or device message from the server. */
  streamData: 16 * mebibyte,
  pingPadding: mebibyte,
  glyphs: 65_535,
  /** Images that one INVAL_LIST names. */
  resources: 65_535,
  waitForChannels: 255,
  subMessages: 65_535,
  /** One sub-message. */
  subMessage: 64 * kibibyte,
  channelsListed: 1024,
  monitors: 256,
  /** Codecs in a client's order of preference. */
  videoCodecs: 255,
  /** Channels of a sound stream. */
  soundChannels: 255,
  /** Texts, their NUL included. */
  notice: 64 * kibibyte,
  host: 1024,
  certificateSubject: 4096,
  guestName: 4096,
  portName: 1024,
} as const;
