import type { SpiceChannelInfo, SpiceInfo } from '../../contracts/spice-info.js';
import type { JsonObject } from '../json-value.js';
import { defineCommand } from '../qmp-command.js';

const channelToJson = (channel: SpiceChannelInfo): JsonObject => ({
  host: channel.host,
  port: channel.port,
  family: channel.family,
  'connection-id': channel.connectionId,
  'channel-type': channel.channelType,
  'channel-id': channel.channelId,
  tls: channel.tls,
});

/** With QMP's member names; a door that does not exist is left out. */
function infoToJson(info: SpiceInfo): JsonObject {
  const common = { enabled: info.enabled, migrated: info.migrated, 'mouse-mode': info.mouseMode };
  if (!info.enabled) return common;
  return {
    ...common,
    host: info.host,
    ...(info.port === null ? {} : { port: info.port }),
    ...(info.tlsPort === null ? {} : { 'tls-port': info.tlsPort }),
    auth: info.auth,
    'compiled-version': info.compiledVersion,
    channels: info.channels.map(channelToJson),
  };
}

export const querySpice = defineCommand({
  name: 'query-spice',
  parameters: {},
  run: async (_args, { backend }) => infoToJson(await backend.querySpice()),
});
