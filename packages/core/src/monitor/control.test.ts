import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { HmpSession } from './hmp/hmp-session.js';
import { runHmpLine, splitWords } from './hmp/run-line.js';
import { MonitorInput } from './input/monitor-input.js';
import { qcodeNames, scancodes } from './input/qcodes.js';
import type { MonitorBackend } from './monitor-backend.js';
import { QmpSession } from './qmp-session.js';

type Call = readonly [string, ...unknown[]];
let calls: Call[];
let backend: MonitorBackend;
let hasTablet: boolean;

const note =
  (name: string) =>
  (...args: unknown[]): void => {
    calls.push([name, ...args]);
  };
const noteLater =
  (name: string) =>
  async (...args: unknown[]): Promise<void> =>
    note(name)(...args);

beforeEach(() => {
  calls = [];
  hasTablet = true;
  backend = {
    querySpice: async () => ({
      enabled: true,
      migrated: false,
      host: '127.0.0.1',
      port: 5930,
      tlsPort: 5931,
      auth: 'spice',
      compiledVersion: '0.1.0',
      mouseMode: 'client',
      channels: [
        {
          host: '::1',
          port: '4000',
          family: 'ipv6',
          connectionId: 7,
          channelType: 1,
          channelId: 0,
          tls: true,
        },
      ],
    }),
    status: () => 'running',
    quit: note('quit'),
    spice: {
      setPassword: noteLater('setPassword'),
      setPasswordExpiry: noteLater('setPasswordExpiry'),
      migrateInfo: noteLater('migrateInfo'),
      displayAddClient: noteLater('displayAddClient'),
    },
    controls: { stop: note('stop'), cont: note('cont'), reset: note('reset'), powerdown: note('powerdown') },
    input: new MonitorInput({
      keyboard: () => ({ kind: 'keyboard', name: 'k', scancode: (byte) => note('key')(byte.toString(16)) }),
      mouse: () => ({ kind: 'mouse', name: 'm', motion: note('motion'), buttons: note('mouse buttons') }),
      tablet: () =>
        hasTablet
          ? {
              kind: 'tablet',
              name: 't',
              setLogicalSize: note('size'),
              position: note('position'),
              wheel: note('wheel'),
              buttons: note('buttons'),
            }
          : null,
      displaySize: async () => ({ width: 641, height: 401 }),
    }),
    screendump: noteLater('screendump'),
    name: 'guest one',
    now: () => 1_000_000,
    wait: noteLater('wait'),
  };
});

async function ask(execute: string, args: object = {}): Promise<unknown> {
  const lines: string[] = [];
  const session = new QmpSession({ backend, output: (line) => lines.push(line) });
  session.receive(
    Buffer.from(`{"execute":"qmp_capabilities"}${JSON.stringify({ execute, arguments: args })}`),
  );
  await session.idle();
  const { return: result, error } = JSON.parse(lines.at(-1) ?? '') as {
    return?: unknown;
    error?: { desc: string };
  };
  return error?.desc ?? result;
}

describe('QMP', () => {
  it.each([
    [
      'set_password',
      { protocol: 'spice', password: 'x' },
      ['setPassword', 'x', { failIfConnected: false, disconnectIfConnected: false }],
    ],
    [
      'set_password',
      { protocol: 'spice', password: 'x', connected: 'fail' },
      ['setPassword', 'x', { failIfConnected: true, disconnectIfConnected: false }],
    ],
    [
      'set_password',
      { protocol: 'spice', password: 'x', connected: 'disconnect' },
      ['setPassword', 'x', { failIfConnected: false, disconnectIfConnected: true }],
    ],
    ['expire_password', { protocol: 'spice', time: 'now' }, ['setPasswordExpiry', null]],
    ['expire_password', { protocol: 'spice', time: 'never' }, ['setPasswordExpiry', 0]],
    ['expire_password', { protocol: 'spice', time: '+60' }, ['setPasswordExpiry', 1060]],
    ['expire_password', { protocol: 'spice', time: '1795478400' }, ['setPasswordExpiry', 1795478400]],
    ['expire_password', { protocol: 'spice', time: '0' }, ['setPasswordExpiry', null]],
    [
      'client_migrate_info',
      { protocol: 'spice', hostname: 'b', port: 1, 'cert-subject': 'CN=b' },
      ['migrateInfo', 'b', 1, null, 'CN=b'],
    ],
    [
      'client_migrate_info',
      { protocol: 'spice', hostname: 'b', 'tls-port': 2 },
      ['migrateInfo', 'b', null, 2, null],
    ],
    [
      'add_client',
      { protocol: 'spice', fdname: '7', skipauth: true },
      ['displayAddClient', 7, { skipAuth: true, tls: false }],
    ],
    ['screendump', { filename: '/f' }, ['screendump', '/f', 'ppm']],
    ['screendump', { filename: '/f', format: 'png' }, ['screendump', '/f', 'png']],
    ['system_reset', {}, ['reset']],
    ['system_powerdown', {}, ['powerdown']],
    ['stop', {}, ['stop']],
    ['cont', {}, ['cont']],
  ])('%s %j', async (name, args, call) => {
    expect(await ask(name, args)).toEqual({});
    expect(calls).toEqual([call]);
  });

  it.each([
    ['set_password', { protocol: 'vnc', password: 'x' }, 'Could not set password'],
    [
      'set_password',
      { protocol: 'spice', password: 'x', connected: 'maybe' },
      "Parameter 'connected' does not accept value 'maybe'",
    ],
    ['expire_password', { protocol: 'spice', time: 'soon' }, "Parameter 'time' does not accept value 'soon'"],
    ['client_migrate_info', { protocol: 'spice', hostname: 'b' }, "Parameter 'port/tls-port' is missing"],
    [
      'client_migrate_info',
      { protocol: 'vnc', hostname: 'b', port: 1 },
      "Parameter 'protocol' expects 'spice'",
    ],
    ['add_client', { protocol: 'spice', fdname: 'fd1' }, "File descriptor named 'fd1' has not been found"],
    [
      'send-key',
      { keys: [{ type: 'qcode', data: 'nokey' }] },
      "Parameter 'data' does not accept value 'nokey'",
    ],
    ['send-key', { keys: ['a'] }, "Invalid parameter type for 'keys', expected: KeyValue"],
    ['send-key', { keys: [], 'hold-time': -1 }, "Parameter 'hold-time' is not in 0..60000"],
    [
      'input-send-event',
      { events: [{ type: 'btn', data: { button: 'nose', down: true } }] },
      "Parameter 'button' does not accept value 'nose'",
    ],
    [
      'input-send-event',
      { events: [{ type: 'abs', data: { axis: 'z', value: 1 } }] },
      "Parameter 'axis' does not accept value 'z'",
    ],
    ['input-send-event', { events: [{ type: 'jump' }] }, "Parameter 'data' is missing"],
  ])('%s %j is refused', async (name, args, message) => {
    expect(await ask(name, args)).toBe(message);
    expect(calls).toEqual([]);
  });

  it('says that SPICE is not in use, and what a machine cannot do', async () => {
    backend = { querySpice: backend.querySpice, status: backend.status, quit: backend.quit };
    expect(await ask('set_password', { protocol: 'spice', password: 'x' })).toBe('SPICE is not in use');
    expect(await ask('stop')).toBe('This machine cannot be controlled');
    expect(await ask('screendump', { filename: 'f' })).toBe('There is no console to take a screendump from');
    expect(await ask('send-key', { keys: [] })).toBe('This machine has no input devices');
    expect(await ask('query-name')).toEqual({});
  });

  it('presses keys, holds them and lets them go', async () => {
    const keys = [
      { type: 'qcode', data: 'ctrl' },
      { type: 'qcode', data: 'delete' },
      { type: 'number', data: 0x9c },
    ];
    expect(await ask('send-key', { keys, 'hold-time': 5 })).toEqual({});
    const down = ['1d', 'e0', '53', 'e0', '1c'].map((byte) => ['key', byte]);
    const up = ['9d', 'e0', 'd3', 'e0', '9c'].map((byte) => ['key', byte]);
    expect(calls).toEqual([...down, ['wait', 5], ...up]);
  });

  it('moves the pointer and its buttons', async () => {
    const abs = (axis: string, value: number) => ({ type: 'abs', data: { axis, value } });
    const button = (name: string, down: boolean) => ({ type: 'btn', data: { button: name, down } });
    await ask('input-send-event', { events: [abs('x', 0x7fff), abs('y', 0), button('left', true)] });
    await ask('input-send-event', {
      events: [button('wheel-up', true), { type: 'rel', data: { axis: 'x', value: -3 } }],
    });
    hasTablet = false;
    await ask('input-send-event', { events: [button('left', false), button('wheel-down', true)] });
    expect(calls).toEqual([
      ['buttons', 1],
      ['position', 640, 0, 1],
      ['wheel', -1, 1],
      ['motion', -3, 0, 0, 1],
      ['mouse buttons', 0],
      ['motion', 0, 0, 1, 0],
    ]);
    expect(await ask('input-send-event', { events: [abs('x', 1)] })).toBe('There is no absolute pointer');
  });

  it('takes commands for people', async () => {
    expect(await ask('human-monitor-command', { 'command-line': 'info status' })).toBe(
      'VM status: running\n',
    );
  });
});

describe('the monitor for people', () => {
  const run = (line: string): Promise<string> => runHmpLine(line, backend);

  it('shows SPICE', async () => {
    expect(await run('info spice')).toBe(
      [
        'Server:',
        '     address: 127.0.0.1:5930',
        '     address: 127.0.0.1:5931 [tls]',
        '    migrated: false',
        '        auth: spice',
        '    compiled: 0.1.0',
        '  mouse-mode: client',
        'Channel:',
        '     address: ::1:4000 [tls]',
        '     session: 7',
        '     channel: 1:0',
        '',
      ].join('\n'),
    );
    backend = {
      ...backend,
      querySpice: async () => ({ enabled: false, migrated: false, mouseMode: 'unknown', channels: [] }),
    };
    expect(await run('info spice')).toBe('Server: disabled\n');
  });

  it.each([
    [
      'sendkey ctrl-alt-f1 0',
      [
        ['key', '1d'],
        ['key', '38'],
        ['key', '3b'],
        ['wait', 0],
        ['key', '9d'],
        ['key', 'b8'],
        ['key', 'bb'],
      ],
    ],
    [
      'sendkey 0x1c',
      [
        ['key', '1c'],
        ['wait', 100],
        ['key', '9c'],
      ],
    ],
    ['mouse_move 3 -4', [['motion', 3, -4, 0, 0]]],
    ['mouse_button 1', [['buttons', 1]]],
    [
      'set_password spice "a b" fail',
      [['setPassword', 'a b', { failIfConnected: true, disconnectIfConnected: false }]],
    ],
    ['expire_password spice +1', [['setPasswordExpiry', 1001]]],
    ['client_migrate_info spice b 1 2 CN=b', [['migrateInfo', 'b', 1, 2, 'CN=b']]],
    ['screendump -f png /f', [['screendump', '/f', 'png']]],
    ['screendump /f -f png', [['screendump', '/f', 'png']]],
    ['screendump /f', [['screendump', '/f', 'ppm']]],
    ['system_reset', [['reset']]],
    ['s', [['stop']]],
    ['c', [['cont']]],
    ['q', [['quit']]],
    ['  ', []],
  ])('does %j', async (line, done) => {
    expect(await run(line)).toBe('');
    expect(calls).toEqual(done);
  });

  it.each([
    ['fly', "unknown command: 'fly'\n"],
    ['info fly', "Error: unknown command: 'info fly'\n"],
    ['sendkey', 'usage: sendkey keys [hold_ms]\n'],
    ['sendkey ctrl-nokey', 'Error: invalid parameter: nokey\n'],
    ['mouse_move a b', "Error: invalid number 'a'\n"],
    ['set_password spice "x', 'Error: a quote is not closed\n'],
    ['set_password vnc x', 'Error: Invalid parameter\n'],
    ['screendump /f -f gif', 'Error: invalid parameters\n'],
    ['info name', 'guest one\n'],
  ])('answers %j', async (line, answer) => {
    expect(await run(line)).toBe(answer);
    expect(calls).toEqual([]);
  });

  it('helps with every command', async () => {
    const text = await run('help');
    for (const name of ['info', 'sendkey', 'screendump', 'quit|q', 'expire_password'])
      expect(text).toContain(name);
    expect(await run('help info')).toMatch(/^info \[subcommand\] -- /);
  });

  it('answers line by line, however they arrive', async () => {
    let output = '';
    const session = new HmpSession({
      backend,
      output: (text) => {
        output += text;
      },
    });
    for (const part of ['info sta', 'tus\r\nfly\n', 'x'.repeat(5000), '\n'])
      session.receive(Buffer.from(part));
    await session.idle();
    expect(output).toContain(
      "(qemu) Error: the line is too long\nVM status: running\n(qemu) unknown command: 'fly'\n(qemu) ",
    );
    session.close();
    session.receive(Buffer.from('quit\n'));
    await session.idle();
    expect(calls).toEqual([]);
  });

  it('survives anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), async (parts) => {
        const session = new HmpSession({ backend, output: () => {} });
        for (const part of parts) session.receive(part);
        session.receive(Buffer.from('\n'));
        await session.idle();
      }),
    );
  });

  it('splits words with quotes', () => {
    expect(splitWords('a "b c" "d\\"e" f')).toEqual(['a', 'b c', 'd"e', 'f']);
  });
});

describe('keys', () => {
  it('have codes that differ, and go up as they went down', () => {
    const seen = new Map<string, string>();
    for (const name of qcodeNames) {
      const down = scancodes({ type: 'qcode', data: name }, true) ?? [];
      const up = scancodes({ type: 'qcode', data: name }, false) ?? [];
      expect(up.map((byte) => (byte === 0xe0 || byte === 0xe1 ? byte : byte & 0x7f))).toEqual(down);
      const text = down.join(' ');
      expect([name, seen.get(text)]).toEqual([name, name.startsWith('kp_multiply') ? 'asterisk' : undefined]);
      seen.set(text, name);
    }
  });

  it.each([
    ['a', [0x1e]],
    ['z', [0x2c]],
    ['0', [0x0b]],
    ['ret', [0x1c]],
    ['slash', [0x35]],
    ['f10', [0x44]],
    ['f12', [0x58]],
    ['kp_0', [0x52]],
    ['up', [0xe0, 0x48]],
    ['pgdn', [0xe0, 0x51]],
    ['meta_l', [0xe0, 0x5b]],
    ['print', [0xe0, 0x37]],
    ['pause', [0xe1, 0x1d, 0x45]],
  ])('%s is %j', (data, bytes) => expect(scancodes({ type: 'qcode', data }, true)).toEqual(bytes));
});
