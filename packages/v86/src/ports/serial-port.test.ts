import { type CharDeviceServer, charDeviceWindow, type SerialLine } from '@lazyspice/core';
import { expect, it } from 'vitest';
import { createSerialPort } from './serial-port.js';

function serialPort() {
  const uart = { input: { length: 0 } };
  const timers: (() => void)[] = [];
  let say: (bytes: Uint8Array) => void = () => {};
  const line: SerialLine = {
    name: 'com1',
    send: (bytes) => {
      uart.input.length += bytes.length;
    },
    onOutput: (listener) => {
      say = listener;
    },
  };
  const clock = {
    now: () => 0,
    after(_: number, callback: () => void) {
      timers.push(callback);
      return () => {};
    },
  };
  const device = createSerialPort(line, uart, clock, 'org.example.serial');
  let sent = 0;
  const granted: number[] = [];
  const server: CharDeviceServer = {
    setOpen: () => {},
    send: (bytes) => {
      sent += bytes.length;
    },
    grant: (bytes) => void granted.push(bytes),
    sendBreak: () => {},
  };
  device.attached(server);
  return { device, uart, timers, granted, say: (bytes: Uint8Array) => say(bytes), sent: () => sent };
}

it('never gives the guest more than its UART has room for', async () => {
  const { device, uart, timers, granted } = serialPort();
  device.receive(new Uint8Array(1500));
  expect(uart.input.length).toBe(1024);
  uart.input.length = 0;
  timers.shift()?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(uart.input.length).toBe(476);
  expect(granted).toEqual([1500]);
});

it('keeps 64 KiB of output for clients that are late, and drops the rest', () => {
  const { device, say, sent } = serialPort();
  const block = 32_768;
  for (let i = 0; i < charDeviceWindow / block + 3; i++) say(new Uint8Array(block));
  expect(sent()).toBe(charDeviceWindow);
  device.grant(charDeviceWindow);
  expect(sent()).toBe(charDeviceWindow + 65_536);
});
