import type { MonitorInput, MonitorInputEvent } from '../input/monitor-input.js';
import { buttonNames } from '../input/monitor-input.js';
import type { MonitorKey } from '../input/qcodes.js';
import { scancodes } from '../input/qcodes.js';
import type { JsonObject, JsonValue } from '../json-value.js';
import type { MachineControls, MonitorBackend } from '../monitor-backend.js';
import { defineCommand, type QmpCommand } from '../qmp-command.js';
import { QmpError } from '../qmp-error.js';

/** Keys of one `send-key`, and events of one `input-send-event`. */
const maxKeys = 64;
/** How long keys are held at most, in ms. */
const maxHoldMs = 60_000;
const defaultHoldMs = 100;

const generic = (message: string): QmpError => new QmpError('GenericError', message);

const control = (name: string, act: (controls: MachineControls) => void): QmpCommand =>
  defineCommand({
    name,
    parameters: {},
    run(_args, { backend }) {
      if (backend.controls === undefined) throw generic('This machine cannot be controlled');
      act(backend.controls);
      return {};
    },
  });

export const machineControls: readonly QmpCommand[] = [
  control('stop', (controls) => controls.stop()),
  control('cont', (controls) => controls.cont()),
  control('system_reset', (controls) => controls.reset()),
  control('system_powerdown', (controls) => controls.powerdown()),
];

export const queryName = defineCommand({
  name: 'query-name',
  parameters: {},
  run: (_args, { backend }) => (backend.name === undefined ? {} : { name: backend.name }),
});

export const screendump = defineCommand({
  name: 'screendump',
  parameters: {
    filename: { type: 'string' },
    device: { type: 'string', optional: true },
    head: { type: 'integer', optional: true },
    format: { type: 'string', values: ['ppm', 'png'], optional: true },
  },
  async run({ filename, format = 'ppm' }, { backend }) {
    if (backend.screendump === undefined) throw generic('There is no console to take a screendump from');
    await backend.screendump(filename, format);
    return {};
  },
});

function inputOf({ input }: MonitorBackend): MonitorInput {
  if (input === undefined) throw generic('This machine has no input devices');
  return input;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuses anything but `{type, data}` of a key that exists. */
export function readKey(value: JsonValue | undefined): MonitorKey {
  const { type, data } = isObject(value) ? value : {};
  let key: MonitorKey | null = null;
  if (type === 'qcode' && typeof data === 'string') key = { type, data };
  if (type === 'number' && typeof data === 'number') key = { type, data };
  if (key === null) throw generic("Invalid parameter type for 'keys', expected: KeyValue");
  if (scancodes(key, true) === null) throw generic(`Parameter 'data' does not accept value '${key.data}'`);
  return key;
}

function readEvent(value: JsonValue): MonitorInputEvent {
  const { type, data } = isObject(value) ? value : {};
  if (!isObject(data)) throw generic("Parameter 'data' is missing");
  const { down, key, button, axis, value: amount } = data;
  if (type === 'key' || type === 'btn') {
    if (typeof down !== 'boolean') throw generic("Invalid parameter type for 'down', expected: boolean");
    if (type === 'key') return { type, key: readKey(key), down };
    if (typeof button !== 'string' || !buttonNames.includes(button)) {
      throw generic(`Parameter 'button' does not accept value '${String(button)}'`);
    }
    return { type, button, down };
  }
  if (type !== 'rel' && type !== 'abs')
    throw generic(`Parameter 'type' does not accept value '${String(type)}'`);
  if (axis !== 'x' && axis !== 'y') throw generic(`Parameter 'axis' does not accept value '${String(axis)}'`);
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) {
    throw generic("Invalid parameter type for 'value', expected: integer");
  }
  return { type, axis, value: amount };
}

/** Presses keys in order, holds them, and lets them go in the same order, as QEMU does. */
export async function pressKeys(
  keys: readonly MonitorKey[],
  holdMs: number,
  backend: MonitorBackend,
): Promise<void> {
  const input = inputOf(backend);
  for (const key of keys) input.key(key, true);
  await backend.wait?.(holdMs);
  for (const key of keys) input.key(key, false);
}

export const sendKey = defineCommand({
  name: 'send-key',
  parameters: {
    keys: { type: 'list' },
    'hold-time': { type: 'integer', optional: true },
  },
  async run({ keys, 'hold-time': hold = defaultHoldMs }, { backend }) {
    if (keys.length > maxKeys) throw generic(`More than ${maxKeys} keys`);
    if (hold < 0 || hold > maxHoldMs) throw generic(`Parameter 'hold-time' is not in 0..${maxHoldMs}`);
    await pressKeys(keys.map(readKey), hold, backend);
    return {};
  },
});

export const inputSendEvent = defineCommand({
  name: 'input-send-event',
  parameters: {
    events: { type: 'list' },
    device: { type: 'string', optional: true },
    head: { type: 'integer', optional: true },
  },
  async run({ events }, { backend }) {
    if (events.length > maxKeys) throw generic(`More than ${maxKeys} events`);
    await inputOf(backend).send(events.map(readEvent));
    return {};
  },
});
