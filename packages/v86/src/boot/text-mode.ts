import type { V86Io } from '../emulator/internals.js';

/** The registers of VGA mode 3: 80x25 characters of 9x16 points, as every VGA documentation lists them. */
const sequencer = [0x03, 0x00, 0x03, 0x00, 0x02];
const crtController = [
  0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e,
  0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
];
const graphicsController = [0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff];
const attributeController = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00,
  0x0f, 0x08, 0x00,
];

/** One of the 64 EGA colours as DAC levels 0..63: bits 0..2 are two thirds of blue, green, red, bits 3..5 one third. */
function level(color: number, channel: number): number {
  return ((color >> channel) & 1) * 42 + ((color >> (channel + 3)) & 1) * 21;
}

/**
 * Sets VGA mode 3 with a blank screen, as a VGA BIOS would. It loads no font: plane 2 stays as it is.
 */
export function programTextMode(io: V86Io): void {
  const indexed = (port: number, values: readonly number[]): void =>
    values.forEach((value, index) => {
      io.port_write8(port, index);
      io.port_write8(port + 1, value);
    });
  io.port_write8(0x3c2, 0x67);
  indexed(0x3c4, sequencer);
  // Registers 0..7 are write-protected by bit 7 of register 0x11.
  io.port_write8(0x3d4, 0x11);
  io.port_write8(0x3d5, 0x0e);
  indexed(0x3d4, crtController);
  indexed(0x3ce, graphicsController);
  io.port_read8(0x3da); // the attribute controller's next write is an index
  attributeController.forEach((value, index) => {
    io.port_write8(0x3c0, index);
    io.port_write8(0x3c0, value);
  });
  io.port_write8(0x3c0, 0x20); // show the picture
  io.port_write8(0x3c6, 0xff);
  io.port_write8(0x3c8, 0);
  for (let color = 0; color < 64; color++) {
    for (const channel of [2, 1, 0]) io.port_write8(0x3c9, level(color, channel));
  }
}
