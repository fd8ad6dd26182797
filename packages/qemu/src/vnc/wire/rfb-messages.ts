/** Encodings and pseudo encodings by their numbers. */
export const encodings = {
  raw: 0,
  desktopSize: -223,
  lastRectangle: -224,
  pointerType: -257,
  extendedKeys: -258,
  audio: -259,
  ledState: -261,
  extendedDesktopSize: -308,
  alphaCursor: -314,
} as const;

const build = (size: number, fill: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
};

/** 32 bits a pixel, little-endian, B G R X in memory. */
export const setPixelFormat = (): Uint8Array =>
  build(20, (view) => {
    const fields: readonly (readonly [offset: number, value: number])[] = [
      [4, 32],
      [5, 24],
      [7, 1],
      [14, 16],
      [15, 8],
    ];
    for (const [offset, value] of fields) view.setUint8(offset, value);
    for (const offset of [8, 10, 12]) view.setUint16(offset, 255);
  });

export const setEncodings = (list: readonly number[]): Uint8Array =>
  build(4 + list.length * 4, (view) => {
    view.setUint8(0, 2);
    view.setUint16(2, list.length);
    for (const [index, encoding] of list.entries()) view.setInt32(4 + index * 4, encoding);
  });

export const requestUpdate = (incremental: boolean, width: number, height: number): Uint8Array =>
  build(10, (view) => {
    view.setUint8(0, 3);
    view.setUint8(1, incremental ? 1 : 0);
    view.setUint16(6, width);
    view.setUint16(8, height);
  });

export const pointerEvent = (buttons: number, x: number, y: number): Uint8Array =>
  build(6, (view) => {
    view.setUint8(0, 5);
    view.setUint8(1, buttons);
    view.setUint16(2, x);
    view.setUint16(4, y);
  });

/** QEMU's own key message: by the number of the key, without a symbol. */
export const keyEvent = (code: number, down: boolean): Uint8Array =>
  build(12, (view) => {
    view.setUint8(0, 255);
    view.setUint16(2, down ? 1 : 0);
    view.setUint32(8, code);
  });

/** Asks for sound: signed 16-bit, stereo, `frequency` Hz. */
export const enableAudio = (frequency: number): Uint8Array =>
  build(14, (view) => {
    view.setUint16(0, 0xff01);
    view.setUint16(2, 2);
    view.setUint8(4, 3);
    view.setUint8(5, 2);
    view.setUint32(6, frequency);
    view.setUint16(10, 0xff01);
    view.setUint16(12, 0);
  });
