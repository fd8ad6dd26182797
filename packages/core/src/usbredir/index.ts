export { type Capacity, type Inquiry, MassStorage } from './mass-storage.js';
export { usbredirLimits, usbStatus } from './protocol.js';
export {
  type ControlTransfer,
  type TransferResult,
  UsbDevice,
  type UsbEndpoint,
  type UsbEndpointType,
  type UsbInterface,
} from './usb-device.js';
export { UsbSlot, type UsbSlotOptions } from './usb-slot.js';
export { UsbredirError, type UsbredirErrorCode } from './usbredir-error.js';
