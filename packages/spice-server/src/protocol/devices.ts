/** USB redirection, ports, WebDAV and smartcards: protocol §5.7 to §5.9. */
import { channel, message, schema } from '@lazyspice/core';
import { deviceCapabilities } from './capabilities.js';
import { protocolLimits as limits } from './limits.js';

const { bool8, bytes, detached, rest, struct, text, u8, u32, union, variant } = schema;

/** `uncompressedSize` bytes become one LZ4 block up to the end of the message. */
export const CompressedData = union('CompressedData', u8, {
  none: variant(0, { data: rest({ max: limits.streamData }) }),
  lz4: variant(1, { uncompressedSize: u32, data: rest({ max: limits.streamData }) }),
});

const data = {
  data: message(101, { data: rest({ max: limits.streamData }) }, 'Bytes of the device stream.'),
  compressedData: message(102, { data: CompressedData }, 'Compressed bytes of the device stream.'),
};

/** PORT_EVENT numbers. */
export const portEvents = { opened: 0, closed: 1, break: 2 } as const;
const portEvent = message(202, { event: u8 }, 'The guest opened or closed the port, or sent a break.');

const port = {
  capabilities: deviceCapabilities,
  clientMaxBody: limits.deviceClientBody,
  server: {
    ...data,
    portInit: message(
      201,
      { name: detached(text({ length: u32, max: limits.portName }), { required: true }), opened: bool8 },
      'The first message: which port it is.',
    ),
    portEvent,
  },
  client: { ...data, portEvent: message(201, portEvent.fields, 'The client opened or closed the port.') },
};

export const usbredir = channel({
  type: 9,
  name: 'usbredir',
  capabilities: deviceCapabilities,
  clientMaxBody: limits.deviceClientBody,
  server: data,
  client: data,
});
export const portChannel = channel({ type: 10, name: 'port', ...port });
export const webdav = channel({ type: 11, name: 'webdav', ...port });

/** VSC: what a virtual card reader and its host say to each other. */
export const SmartcardMessage = struct('SmartcardMessage', {
  /** 1 init, 2 error, 3 readerAdd, 4 readerRemove, 5 atr, 6 cardRemove, 7 apdu, 8 flush, 9 flushComplete. */
  type: u32,
  /** 0xffffffff: undefined. */
  readerId: u32,
  data: bytes({ length: u32, max: limits.smartcardClientBody }),
});
const smartcardData = { data: message(101, { message: SmartcardMessage }, 'A message of the card reader.') };

export const smartcard = channel({
  type: 8,
  name: 'smartcard',
  capabilities: {},
  clientMaxBody: limits.smartcardClientBody,
  server: smartcardData,
  client: smartcardData,
});
