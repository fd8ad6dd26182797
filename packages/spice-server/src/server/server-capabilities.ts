import { capabilityWords } from '../link/link-policy.js';
import {
  deviceCapabilities,
  displayCapabilities,
  inputsCapabilities,
  mainCapabilities,
  playbackCapabilities,
  recordCapabilities,
} from '../protocol/capabilities.js';
import type { ChannelName } from '../protocol/channel-types.js';

/** What the server announces for the channels it has: what it sends, or accepts beyond the plain protocol. */
const announced: Readonly<Partial<Record<ChannelName, readonly number[]>>> = {
  main: [
    mainCapabilities.semiSeamlessMigrate,
    mainCapabilities.nameAndUuid,
    mainCapabilities.agentConnectedTokens,
  ],
  display: [
    displayCapabilities.monitorsConfig,
    displayCapabilities.streamReport,
    displayCapabilities.preferredCompression,
    displayCapabilities.preferredVideoCodec,
  ],
  inputs: [inputsCapabilities.keyScancode],
  port: [deviceCapabilities.dataCompressLz4],
  usbredir: [deviceCapabilities.dataCompressLz4],
  webdav: [deviceCapabilities.dataCompressLz4],
  playback: [playbackCapabilities.volume, playbackCapabilities.opus],
  record: [recordCapabilities.volume, recordCapabilities.opus],
};

/** Capability words for a link reply. */
export function serverCapabilities(channel: ChannelName): number[] {
  return capabilityWords(announced[channel] ?? []);
}
