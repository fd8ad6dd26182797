/** Names of QEMU's D-Bus display. */
export const displayRoot = '/org/qemu/Display1';
const prefix = 'org.qemu.Display1';

export const qemuInterfaces = {
  vm: `${prefix}.VM`,
  console: `${prefix}.Console`,
  keyboard: `${prefix}.Keyboard`,
  mouse: `${prefix}.Mouse`,
  audio: `${prefix}.Audio`,
  listener: `${prefix}.Listener`,
  outListener: `${prefix}.AudioOutListener`,
  inListener: `${prefix}.AudioInListener`,
} as const;
export const propertiesInterface = 'org.freedesktop.DBus.Properties';

export const consolePath = (id: number): string => `${displayRoot}/Console_${id}`;
