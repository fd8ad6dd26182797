/**
 * USB redirection: what the side that has a device (a SPICE client) and the side that uses it (a guest's controller) say to
 * each other. Declared once; the codec is generated. Here are the messages for control, bulk and interrupt endpoints, in
 * the forms that peers with `requiredCapabilities` use.
 */
import { message } from '../schema/channels.js';
import { fixedBytes, rest, struct, u8, u16, u32, u64Number } from '../schema/kinds.js';

export const usbredirLimits = {
  /** Bytes of one transfer. */
  transfer: 1024 * 1024,
  controlTransfer: 65_535,
  /** Transfers that wait for their answer. */
  pending: 256,
  /** Bytes that wait for the client. */
  queued: 16 * 1024 * 1024,
  capabilityBytes: 64,
} as const;

/** Bit numbers in HELLO. */
export const usbredirCapabilities = {
  bulkStreams: 0,
  connectDeviceVersion: 1,
  filter: 2,
  deviceDisconnectAck: 3,
  endpointInfoMaxPacketSize: 4,
  ids64: 5,
  bulkLength32: 6,
  bulkReceiving: 7,
} as const;

/** What a transfer came to. */
export const usbStatus = {
  success: 0,
  cancelled: 1,
  invalid: 2,
  ioError: 3,
  stall: 4,
  timeout: 5,
  babble: 6,
} as const;

/** In front of a HELLO. */
export const UsbredirFirstHeader = struct('UsbredirFirstHeader', { type: u32, length: u32, id: u32 });
/** In front of every other message. Answers have the id of what they answer. */
export const UsbredirHeader = struct('UsbredirHeader', { type: u32, length: u32, id: u64Number });
export const usbredirHeaderBytes = { first: 12, other: 16 } as const;

/** Places in lists of endpoints: 0 to 15 are 0x00 to 0x0f, 16 to 31 are 0x80 to 0x8f. */
const endpoints = 32;

const hello = message(
  0,
  { version: fixedBytes(64), capabilities: rest({ max: usbredirLimits.capabilityBytes }) },
  "Who the sender is, a text with a NUL, and what it can do, in words of bits. Each side's first message.",
);
const packets = {
  controlPacket: message(
    100,
    {
      endpoint: u8,
      request: u8,
      requestType: u8,
      status: u8,
      value: u16,
      index: u16,
      length: u16,
      data: rest({ max: usbredirLimits.controlTransfer }),
    },
    'A control transfer, or what it came to.',
  ),
  bulkPacket: message(
    101,
    {
      endpoint: u8,
      status: u8,
      length: u16,
      streamId: u32,
      lengthHigh: u16,
      data: rest({ max: usbredirLimits.transfer }),
    },
    'A bulk transfer, or what it came to. Without data inwards: so many bytes are wanted.',
  ),
  interruptPacket: message(
    103,
    { endpoint: u8, status: u8, length: u16, data: rest({ max: usbredirLimits.controlTransfer }) },
    'An interrupt transfer outwards, what it came to, or what came inwards.',
  ),
};

/** `server`: from the side that has the device. `client`: to it. */
export const usbredir = {
  server: {
    hello,
    deviceConnect: message(
      1,
      {
        /** 0 low, 1 full, 2 high, 3 super, 255 not known. */
        speed: u8,
        deviceClass: u8,
        deviceSubclass: u8,
        deviceProtocol: u8,
        vendor: u16,
        product: u16,
        /** Binary-coded decimal. */
        version: u16,
      },
      'A device is there. Its interfaces and endpoints were told before.',
    ),
    deviceDisconnect: message(2, {}, 'The device is gone.'),
    interfaceInfo: message(
      4,
      {
        count: u32,
        interfaces: fixedBytes(endpoints),
        classes: fixedBytes(endpoints),
        subclasses: fixedBytes(endpoints),
        protocols: fixedBytes(endpoints),
      },
      'The interfaces of the configuration in use.',
    ),
    endpointInfo: message(
      5,
      {
        /** 0 control, 1 isochronous, 2 bulk, 3 interrupt, 255 there is none. */
        types: fixedBytes(endpoints),
        intervals: fixedBytes(endpoints),
        interfaces: fixedBytes(endpoints),
        /** 32 numbers of two bytes. */
        maxPacketSizes: fixedBytes(endpoints * 2),
      },
      'The endpoints of the alternate settings in use.',
    ),
    configurationStatus: message(8, { status: u8, configuration: u8 }, 'Which configuration is in use.'),
    altSettingStatus: message(
      11,
      { status: u8, interface: u8, alternate: u8 },
      'Which setting an interface has.',
    ),
    interruptReceivingStatus: message(
      17,
      { status: u8, endpoint: u8 },
      'Whether interrupts are received; not any more when it comes unasked.',
    ),
    ...packets,
  },
  client: {
    hello,
    reset: message(3, {}, 'Resets the device.'),
    setConfiguration: message(6, { configuration: u8 }, 'Takes a configuration into use.'),
    getConfiguration: message(7, {}, 'Asks which configuration is in use.'),
    setAltSetting: message(9, { interface: u8, alternate: u8 }, "Sets an interface's setting."),
    getAltSetting: message(10, { interface: u8 }, 'Asks which setting an interface has.'),
    startInterruptReceiving: message(15, { endpoint: u8 }, 'Interrupts of this endpoint are wanted.'),
    stopInterruptReceiving: message(16, { endpoint: u8 }, 'They are not wanted any more.'),
    cancelDataPacket: message(21, {}, 'The transfer with the id of this message is not wanted any more.'),
    deviceDisconnectAck: message(24, {}, 'Nothing more is said to the device that is gone.'),
    ...packets,
  },
} as const;
