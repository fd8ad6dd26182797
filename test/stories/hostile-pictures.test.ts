/** Pictures of a guest that means harm, through device and server: qxl-device §14. */
import type { Image } from '@lazyspice/core';
import { PlainMachine, QxlDevice, QxlDriver, scene, VirtualClock } from '@lazyspice/qxl';
import { describe, expect, it } from 'vitest';
import { QxlDisplay } from '../../packages/spice-server/src/display/qxl-display.js';

function start() {
  const bad: string[] = [];
  const display = new QxlDisplay({
    clientMouseMode: () => false,
    primaryChanged: () => {},
    badCommand: (message) => bad.push(message),
    flush: () => Promise.resolve(),
  });
  const machine = new PlainMachine({ clock: new VirtualClock() });
  const device = new QxlDevice({ vgaMemory: 8 << 20, ram: 16 << 20, vram: 8 << 20 });
  machine.plug(device);
  machine.setRunning(true);
  device.display.attached?.(display);
  const driver = new QxlDriver(machine);
  driver.createPrimary(16, 16);
  driver.send(scene.fill(scene.rectAt(0, 0, 16, 16), 0x123456));
  const pixels = (): number[] => {
    const read = display.readNow(0, scene.rectAt(0, 0, 4, 1));
    if (read === null) throw new Error('there is no picture');
    return [...new Uint32Array(read.bytes.slice().buffer)].map((pixel) => pixel & 0xffffff);
  };
  return { bad, device, driver, pixels };
}

const image = (content: Image['content']): Image => ({ id: 0n, flags: 0, width: 4, height: 4, content });

describe('a picture', () => {
  it('with more indices than its palette has entries shows the rest black', () => {
    const { bad, driver, pixels } = start();
    const content = {
      type: 'bitmap',
      format: 5,
      topDown: true,
      unstable: false,
      width: 4,
      height: 4,
      stride: 4,
    } as const;
    const data = Uint8Array.from({ length: 16 }, (_, index) => [0, 1, 2, 255][index % 4]);
    const palette = { unique: 1n, entries: [0xff0000, 0x00ff00] };
    driver.send(scene.copy({ x: 0, y: 0 }, image({ ...content, palette, data })));
    expect(pixels()).toEqual([0xff0000, 0x00ff00, 0, 0]);
    expect(bad).toEqual([]);
  });

  it.each([
    ['garbage', Uint8Array.from({ length: 64 }, (_, index) => index * 7)],
    ['nothing', new Uint8Array(0)],
    // QUIC, version 0, 32-bit pixels, but 65535 x 65535 of them instead of 4 x 4.
    [
      'another size',
      Uint8Array.of(
        0x51,
        0x55,
        0x49,
        0x43,
        0,
        0,
        0,
        0,
        4,
        0,
        0,
        0,
        255,
        255,
        0,
        0,
        255,
        255,
        0,
        0,
        1,
        2,
        3,
        4,
      ),
    ],
  ])('in QUIC that is %s changes nothing and harms nothing (CVE-2020-14355)', (_, data) => {
    const { bad, device, driver, pixels } = start();
    driver.send(scene.copy({ x: 0, y: 0 }, image({ type: 'quic', data })));
    expect(bad.length + device.statistics.refused).toBe(1);
    expect(pixels()).toEqual([0x123456, 0x123456, 0x123456, 0x123456]);
    driver.send(scene.fill(scene.rectAt(0, 0, 4, 1), 1));
    expect(pixels()).toEqual([1, 1, 1, 1]);
  });
});
