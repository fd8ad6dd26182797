export { CharDevice, type CharDeviceGuest, type CharDeviceIdentity } from './char-device.js';
export { SocketAddressError } from './socket-address.js';
export { type SocketDevice, type SocketDeviceOptions, socketDevice } from './socket-device.js';
