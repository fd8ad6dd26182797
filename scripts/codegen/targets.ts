/** Which codecs are generated from which declarations. */
import * as core from '@lazyspice/core';
import * as agent from '../../packages/core/src/agent/protocol.ts';
import * as usbredir from '../../packages/core/src/usbredir/protocol.ts';
import * as base from '../../packages/spice-server/src/protocol/base.ts';
import * as cursor from '../../packages/spice-server/src/protocol/cursor.ts';
import * as devices from '../../packages/spice-server/src/protocol/devices.ts';
import * as display from '../../packages/spice-server/src/protocol/display.ts';
import * as image from '../../packages/spice-server/src/protocol/image.ts';
import * as inputs from '../../packages/spice-server/src/protocol/inputs.ts';
import * as link from '../../packages/spice-server/src/protocol/link.ts';
import * as main from '../../packages/spice-server/src/protocol/main.ts';
import * as sound from '../../packages/spice-server/src/protocol/sound.ts';
import type { ChannelTarget } from './emit-channel.ts';
import type { Documentation } from './emit-docs.ts';
import type { CodecModule } from './emit-module.ts';
import type { DeclarationModule } from './names.ts';

type Declared = Pick<ChannelTarget, 'server' | 'client'>;

/** Declarations of the SPICE protocol by the name of their file, with the channels that they hold. */
interface ProtocolFile {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, Declared & { readonly name: string }>>;
}

export const protocolFiles: readonly ProtocolFile[] = [
  { name: 'main', exports: main, channels: { main: main.main } },
  { name: 'display', exports: display, channels: { display: display.display } },
  { name: 'cursor', exports: cursor, channels: { cursor: cursor.cursor } },
  { name: 'inputs', exports: inputs, channels: { inputs: inputs.inputs } },
  { name: 'sound', exports: sound, channels: { playback: sound.playback, record: sound.record } },
  {
    name: 'devices',
    exports: devices,
    channels: {
      usbredir: devices.usbredir,
      portChannel: devices.portChannel,
      webdav: devices.webdav,
      smartcard: devices.smartcard,
    },
  },
];

const generatedFile = (name: string): string =>
  `packages/spice-server/src/protocol/generated/${name}.codec.ts`;

const shared: readonly DeclarationModule[] = [
  { specifier: '../image.js', exports: image, as: 'image' },
  { specifier: '../base.js', exports: base, as: 'base' },
  { specifier: '@lazyspice/core', exports: core, as: 'core' },
];

const runtime = [
  "import type { Reader, Writer } from '@lazyspice/core';",
  "import type { Body } from '@lazyspice/core';",
  "import type { schema } from '@lazyspice/core';",
  "import { writeBytes } from '@lazyspice/core';",
];
const baseCodec = [
  'decodeBaseClient',
  'decodeBaseServer',
  'type BaseClientMessage',
  'type BaseServerMessage',
];

const inferAlias = 'type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;';

const channelModule = ({ name, exports, channels }: ProtocolFile): CodecModule => ({
  file: generatedFile(name),
  declarations: [{ specifier: `../${name}.js`, exports, as: 'declared' }, ...shared],
  imports: [...runtime, `import { ${baseCodec.join(', ')} } from './base.codec.js';`],
  infer: inferAlias,
  roots: [],
  channels: Object.entries(channels).map(([exported, { name: channelName, server, client }]) => ({
    name: channelName,
    expression: `declared.${exported}`,
    server,
    client,
    hasBase: true,
  })),
});

export const codecModules: readonly CodecModule[] = [
  {
    file: 'packages/core/src/generated/qxl-commands.codec.ts',
    declarations: [{ specifier: '../contracts/qxl-commands.js', exports: core, as: 'qxl' }],
    imports: [
      "import type { Infer } from '../schema/kinds.js';",
      "import type { Reader } from '../wire/reader.js';",
      "import type { Writer } from '../wire/writer.js';",
    ],
    infer: null,
    roots: [core.QxlCommand],
    channels: [],
  },
  {
    file: 'packages/core/src/generated/agent.codec.ts',
    declarations: [{ specifier: '../agent/protocol.js', exports: agent, as: 'declared' }],
    imports: [
      "import type { Body } from '../schema/channels.js';",
      "import type { Infer } from '../schema/kinds.js';",
      "import type { Reader } from '../wire/reader.js';",
      "import type { Writer } from '../wire/writer.js';",
      "import { writeBytes } from '../wire/writer.js';",
    ],
    infer: null,
    roots: [
      agent.AgentChunk,
      agent.AgentHeader,
      agent.ClipboardSelection,
      agent.ClipboardSerial,
      agent.ClipboardType,
    ],
    channels: [{ name: 'agent', expression: 'declared.agent', ...agent.agent, hasBase: false }],
  },
  {
    file: 'packages/core/src/generated/usbredir.codec.ts',
    declarations: [{ specifier: '../usbredir/protocol.js', exports: usbredir, as: 'declared' }],
    imports: [
      "import type { Body } from '../schema/channels.js';",
      "import type { Infer } from '../schema/kinds.js';",
      "import type { Reader } from '../wire/reader.js';",
      "import type { Writer } from '../wire/writer.js';",
      "import { writeBytes } from '../wire/writer.js';",
    ],
    infer: null,
    roots: [usbredir.UsbredirFirstHeader, usbredir.UsbredirHeader],
    channels: [{ name: 'usbredir', expression: 'declared.usbredir', ...usbredir.usbredir, hasBase: false }],
  },
  {
    file: generatedFile('link'),
    declarations: [{ specifier: '../link.js', exports: link, as: 'declared' }],
    imports: runtime,
    infer: inferAlias,
    roots: [link.LinkHeader, link.LinkMess, link.LinkReply],
    channels: [],
  },
  {
    file: generatedFile('base'),
    declarations: [{ specifier: '../base.js', exports: base, as: 'declared' }],
    imports: runtime,
    infer: inferAlias,
    roots: [],
    channels: [{ name: 'base', expression: 'declared.base', ...base.base, hasBase: false }],
  },
  ...protocolFiles.map(channelModule),
];

const { LinkHeader, LinkMess, LinkReply } = link;

export const documentation: Documentation = {
  link: { LinkHeader, LinkMess, LinkReply },
  base: base.base,
  agent: { ...agent.agent, capabilities: agent.agentCapabilities },
  channels: [
    main.main,
    display.display,
    inputs.inputs,
    cursor.cursor,
    sound.playback,
    sound.record,
    devices.smartcard,
    devices.usbredir,
    devices.portChannel,
    devices.webdav,
  ],
  blocks: {
    ...base,
    ...main,
    ...agent,
    ...display,
    ...image,
    ...cursor,
    ...inputs,
    ...sound,
    ...devices,
    ...core,
  },
};
