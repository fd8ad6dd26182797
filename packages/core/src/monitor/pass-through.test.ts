import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json-value.js';
import { passThroughCommands } from './pass-through.js';
import { QmpError } from './qmp-error.js';
import { QmpSession } from './qmp-session.js';

async function talk(requests: readonly JsonObject[]) {
  const passed: [string, JsonObject][] = [];
  const behind = {
    commandNames: [
      'query-block',
      'query-status',
      'query-spice',
      'query-commands',
      'qmp_capabilities',
      'device_del',
      'set_password',
      'human-monitor-command',
    ],
    execute(command: string, args: JsonObject) {
      passed.push([command, args]);
      if (command === 'device_del')
        return Promise.reject(new QmpError('DeviceNotFound', "Device 'x' not found"));
      return Promise.resolve({ from: 'behind' });
    },
  };
  const lines: JsonObject[] = [];
  const session = new QmpSession({
    backend: {
      querySpice: () =>
        Promise.resolve({ enabled: false, migrated: false, mouseMode: 'unknown', channels: [] } as const),
      status: () => 'running',
      quit: () => {},
    },
    output: (line) => lines.push(JSON.parse(line) as JsonObject),
    commands: passThroughCommands(behind),
  });
  for (const request of [{ execute: 'qmp_capabilities' }, ...requests]) {
    session.receive(Buffer.from(JSON.stringify(request)));
  }
  await session.idle();
  return { passed, answers: lines.slice(2) };
}

describe('passThroughCommands', () => {
  it('passes a command and its arguments on and gives the answer', async () => {
    const { passed, answers } = await talk([{ execute: 'query-block', arguments: { flat: true }, id: 7 }]);
    expect(passed).toMatchObject([['query-block', { flat: true }]]);
    expect(answers).toEqual([{ return: { from: 'behind' }, id: 7 }]);
  });

  it('keeps class and words of an error', async () => {
    const { answers } = await talk([{ execute: 'device_del', arguments: { id: 'x' } }]);
    expect(answers).toEqual([{ error: { class: 'DeviceNotFound', desc: "Device 'x' not found" } }]);
  });

  it('answers what is about SPICE itself, and lists both', async () => {
    const { passed, answers } = await talk([{ execute: 'query-spice' }, { execute: 'query-commands' }]);
    expect(passed).toEqual([]);
    expect(answers[0].return).toMatchObject({ enabled: false });
    const names = (answers[1].return as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['device_del', 'query-block', 'query-spice', 'quit']));
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells what is about SPICE from what is not', async () => {
    const line = (text: string) => ({
      execute: 'human-monitor-command',
      arguments: { 'command-line': text },
    });
    const vnc = { execute: 'set_password', arguments: { protocol: 'vnc', password: 'x' } };
    const { passed, answers } = await talk([line('info spice'), line('info block'), vnc]);
    expect(passed).toMatchObject([
      ['human-monitor-command', { 'command-line': 'info block' }],
      ['set_password', { protocol: 'vnc' }],
    ]);
    expect(answers[0].return).toMatch(/^Server:/);
  });

  it('lets the monitor behind tell the state of the machine', async () => {
    const { answers } = await talk([{ execute: 'query-status' }]);
    expect(answers).toEqual([{ return: { from: 'behind' } }]);
  });
});
