/**
 * What a guest's agent and the clients say to each other: protocol §7. On the agent's device messages travel in chunks;
 * towards clients they are cut into AGENT_DATA bodies. Declared once; the codec is generated.
 */
import { message } from '../schema/channels.js';
import {
  bool8,
  countedList,
  countOf,
  enumOf,
  fixedBytes,
  flags,
  i32,
  list,
  rest,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  u64Number,
} from '../schema/kinds.js';

/** Upper bounds, in bytes where nothing else is said. */
export const agentLimits = {
  /** One AGENT_DATA body, and what is cut from a chunk at a time. */
  piece: 2048,
  /** Monitors of one configuration. */
  monitors: 256,
  /** Words of capabilities. */
  capabilityBytes: 256,
  /** A grab, request or release: up to 1024 types. */
  clipboardControl: 4096 + 8,
  /** Clipboard contents that are kept in memory; what passes through has no limit. */
  clipboardData: 64 * 1024 * 1024,
  fileTransferText: 8192,
  fileTransferDetail: 64,
  fileTransferData: 1024 * 1024,
  /** Displays told of, and the text of a PCI address. */
  graphicsDevices: 256,
  deviceAddress: 256,
  /** Channels of sound. */
  volumes: 255,
  /** Any message that is looked at as a whole. */
  wholeMessage: 16 * 1024,
} as const;

/** Bit numbers in ANNOUNCE_CAPABILITIES. */
export const agentCapabilities = {
  mouseState: 0,
  monitorsConfig: 1,
  reply: 2,
  clipboard: 3,
  displayConfig: 4,
  clipboardByDemand: 5,
  clipboardSelection: 6,
  sparseMonitorsConfig: 7,
  guestLineendLf: 8,
  guestLineendCrlf: 9,
  maxClipboard: 10,
  audioVolumeSync: 11,
  monitorsConfigPosition: 12,
  fileXferDisabled: 13,
  fileXferDetailedErrors: 14,
  graphicsDeviceInfo: 15,
  clipboardNoReleaseOnRegrab: 16,
  clipboardGrabSerial: 17,
} as const;

/** In front of every piece on the agent's device. Port 1: a client's, 2: the server's own. */
export const AgentChunk = struct('AgentChunk', { port: u32, size: u32 });
export const agentPorts = { client: 1, server: 2 } as const;
/** In front of every message. */
export const AgentHeader = struct('AgentHeader', { protocol: u32, type: u32, opaque: u64, size: u32 });
export const agentProtocol = 1;
export const agentHeaderBytes = 20;
export const agentChunkBytes = 8;

export const ClipboardSelections = { clipboard: 0, primary: 1, secondary: 2 } as const;
/** `fileList`: UTF-8, NUL-separated: 'copy' or 'cut', then paths in the shared folder. */
export const ClipboardTypes = { none: 0, text: 1, png: 2, bmp: 3, tiff: 4, jpg: 5, fileList: 6 } as const;
/** First in clipboard messages when both sides have `clipboardSelection`. */
export const ClipboardSelection = struct('ClipboardSelection', { selection: u8, reserved: fixedBytes(3) });
/** In a grab, when both sides have `clipboardGrabSerial`: grabs so far, of both sides, of this selection. */
export const ClipboardSerial = struct('ClipboardSerial', { serial: u32 });
export const ClipboardType = struct('ClipboardType', { type: u32 });

export const FileTransferResult = enumOf(u32, {
  canSendData: 0,
  cancelled: 1,
  error: 2,
  success: 3,
  notEnoughSpace: 4,
  sessionLocked: 5,
  agentNotConnected: 6,
  disabled: 7,
});

/** Height comes first. 0 x 0 is a monitor that is off. Depth in bits, position in pixels. */
export const AgentMonitor = struct('AgentMonitor', { height: u32, width: u32, depth: u32, x: i32, y: i32 });
export const MonitorsFlags = flags(u32, { usePosition: 1, physicalSize: 2 });
/** Which display channel and monitor shows which output of which PCI device, such as `pci/0000/02.0`. */
export const GraphicsDevice = struct('GraphicsDevice', {
  channelId: u32,
  monitorId: u32,
  deviceDisplayId: u32,
  address: text({ length: u32, max: agentLimits.deviceAddress }),
});

const clipboardControl = { content: rest({ max: agentLimits.clipboardControl }) };
const both = {
  clipboard: message(
    4,
    { content: rest({ max: agentLimits.clipboardData }) },
    'Selection, type, then the contents that were asked for; type none: there are none.',
  ),
  announceCapabilities: message(
    6,
    {
      /** 1: please answer. */
      request: u32,
      words: rest({ max: agentLimits.capabilityBytes }),
    },
    'What the sender can do, in words of bits.',
  ),
  clipboardGrab: message(7, clipboardControl, 'Selection, serial, types: the sender has something to paste.'),
  clipboardRequest: message(8, clipboardControl, 'Selection, type: the receiver pastes.'),
  clipboardRelease: message(9, clipboardControl, 'Selection: the sender has nothing to paste any more.'),
  fileXferStatus: message(
    11,
    { id: u32, result: FileTransferResult, detail: rest({ max: agentLimits.fileTransferDetail }) },
    'How a file transfer goes on.',
  ),
};

/** `server`: from the agent to the clients. `client`: to the agent, from clients or the server itself. */
export const agent = {
  server: {
    reply: message(3, { type: u32, error: u32 }, 'What a message led to: 1 success, 2 error.'),
    ...both,
  },
  client: {
    mouseState: message(
      1,
      { x: u32, y: u32, buttons: u32, displayId: u8 },
      'The pointer. Buttons: left 2, middle 4, right 8, up 16, down 32, side 64, extra 128. From the server.',
    ),
    monitorsConfig: message(
      2,
      {
        count: countOf('monitors', u32),
        flags: MonitorsFlags,
        monitors: countedList(AgentMonitor, { count: 'count', max: agentLimits.monitors }),
        /** With `physicalSize`: height and width of each, u16 millimetres. */
        physicalSizes: rest({ max: agentLimits.monitors * 4 }),
      },
      'The monitors that the client wants to see.',
    ),
    ...both,
    displayConfig: message(
      5,
      { flags: flags(u32, { noWallpaper: 1, noFontSmoothing: 2, noAnimation: 4, setDepth: 8 }), depth: u32 },
      'What of the desktop is dear to send.',
    ),
    fileXferStart: message(
      10,
      { id: u32, text: rest({ max: agentLimits.fileTransferText }) },
      'A file comes: a key file with name and size, and a NUL.',
    ),
    fileXferData: message(
      12,
      { id: u32, size: u64Number, data: rest({ max: agentLimits.fileTransferData }) },
      'A part of a file.',
    ),
    clientDisconnected: message(13, {}, 'The last client is gone. From the server.'),
    maxClipboard: message(14, { max: i32 }, 'Bytes of clipboard contents that the client takes; -1: any.'),
    audioVolumeSync: message(
      15,
      { isPlayback: bool8, mute: bool8, volumes: list(u16, { count: u8, max: agentLimits.volumes }) },
      'How loud the client plays or records.',
    ),
    graphicsDeviceInfo: message(
      16,
      { devices: list(GraphicsDevice, { count: u32, max: agentLimits.graphicsDevices }) },
      'Which channel shows which device. From the server.',
    ),
  },
} as const;
