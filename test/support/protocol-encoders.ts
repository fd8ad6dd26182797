/** The generated tables of encoders, by channel and direction; for tests that go through all of them. */
import type { Writer } from '@lazyspice/core';
import type { ChannelName } from '../../packages/spice-server/src/protocol/channel-types.ts';
import { baseClient, baseServer } from '../../packages/spice-server/src/protocol/generated/base.codec.ts';
import {
  cursorClient,
  cursorServer,
} from '../../packages/spice-server/src/protocol/generated/cursor.codec.ts';
import * as devices from '../../packages/spice-server/src/protocol/generated/devices.codec.ts';
import {
  displayClient,
  displayServer,
} from '../../packages/spice-server/src/protocol/generated/display.codec.ts';
import {
  inputsClient,
  inputsServer,
} from '../../packages/spice-server/src/protocol/generated/inputs.codec.ts';
import { mainClient, mainServer } from '../../packages/spice-server/src/protocol/generated/main.codec.ts';
import {
  playbackClient,
  playbackServer,
  recordClient,
  recordServer,
} from '../../packages/spice-server/src/protocol/generated/sound.codec.ts';
import type { Direction } from '../../packages/spice-server/src/protocol/messages.ts';

/** An encoder whose body is checked by the caller. */
export interface AnyEncoder {
  readonly id: number;
  readonly encode: (writer: Writer, body: never) => void;
}
type Table = Readonly<Record<string, AnyEncoder>>;

const own: Readonly<Record<ChannelName, Readonly<Record<Direction, Table>>>> = {
  main: { server: mainServer, client: mainClient },
  display: { server: displayServer, client: displayClient },
  inputs: { server: inputsServer, client: inputsClient },
  cursor: { server: cursorServer, client: cursorClient },
  playback: { server: playbackServer, client: playbackClient },
  record: { server: recordServer, client: recordClient },
  smartcard: { server: devices.smartcardServer, client: devices.smartcardClient },
  usbredir: { server: devices.usbredirServer, client: devices.usbredirClient },
  port: { server: devices.portServer, client: devices.portClient },
  webdav: { server: devices.webdavServer, client: devices.webdavClient },
};

/** Every encoder of a channel, the base messages included. */
export const encodersOf = (channel: ChannelName, direction: Direction): Table => ({
  ...(direction === 'server' ? baseServer : baseClient),
  ...own[channel][direction],
});
