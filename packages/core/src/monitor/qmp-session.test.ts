import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpiceInfo } from '../contracts/spice-info.js';
import type { MonitorBackend } from './monitor-backend.js';
import { defineCommand, type QmpCommand } from './qmp-command.js';
import { QmpError } from './qmp-error.js';
import { QmpSession } from './qmp-session.js';

const utf8 = new TextEncoder();
const disabled: SpiceInfo = { enabled: false, migrated: false, mouseMode: 'client', channels: [] };

function deferredInfo() {
  let resolve: (info: SpiceInfo) => void = () => {};
  const promise = new Promise<SpiceInfo>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

interface Options {
  readonly info?: () => Promise<SpiceInfo>;
  readonly commands?: readonly QmpCommand[];
  readonly maxRequestBytes?: number;
}

function start({ info = () => Promise.resolve(disabled), ...options }: Options = {}) {
  const lines: string[] = [];
  const log: string[] = [];
  const backend: MonitorBackend = {
    querySpice: info,
    status: () => 'paused',
    quit: () => log.push(`quit after ${lines.length} lines`),
  };
  const session = new QmpSession({
    backend,
    output: (line) => lines.push(line),
    ended: () => log.push('ended'),
    ...options,
  });
  const ask = async (text: string): Promise<unknown[]> => {
    lines.length = 0;
    session.receive(utf8.encode(text));
    await session.idle();
    return lines.map((line) => JSON.parse(line));
  };
  return { session, lines, log, ask };
}

async function negotiated(options?: Options) {
  const started = start(options);
  await started.ask('{"execute":"qmp_capabilities"}');
  return started;
}

const error = (qmpClass: string, desc: string, id?: unknown) => ({
  error: { class: qmpClass, desc },
  ...(id === undefined ? {} : { id }),
});

test('greets on one line with a carriage return', () => {
  const { lines } = start();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\r\n]*\r\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    QMP: {
      version: {
        lazyspice: { major: 0, minor: 1, micro: 0 },
        qemu: { major: 7, minor: 2, micro: 0 },
        package: 'lazyspice 0.1.0',
      },
      capabilities: [],
    },
  });
});

test('accepts nothing before the negotiation, and the negotiation once', async () => {
  const { ask } = start();
  const expecting = "Expecting capabilities negotiation with 'qmp_capabilities'";
  expect(await ask('{"execute":"query-status","id":7}')).toEqual([error('CommandNotFound', expecting, 7)]);
  expect(await ask('{"execute":"nope"}')).toEqual([error('CommandNotFound', expecting)]);
  expect(await ask('{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}')).toEqual([
    error('GenericError', "Parameter 'enable[0]' does not accept value 'oob'"),
  ]);
  expect(
    await ask('{"execute":"qmp_capabilities","arguments":{"enable":[]}}{"execute":"query-status"}'),
  ).toEqual([{ return: {} }, { return: { status: 'paused', running: false } }]);
  expect(await ask('{"execute":"qmp_capabilities"}')).toEqual([
    error('CommandNotFound', 'Capabilities negotiation is already complete, command ignored'),
  ]);
});

/** Answers of QEMU 7.2 to the same requests. */
describe('complaints are QEMU’s', () => {
  test.each([
    ['{"execute":"nope","id":2}', 'CommandNotFound', 'The command nope has not been found', 2],
    ['{"execute":"toString"}', 'CommandNotFound', 'The command toString has not been found'],
    ['{"execute":5}', 'GenericError', "QMP input member 'execute' must be a string"],
    ['{"id":1,"foo":5}', 'GenericError', "QMP input member 'foo' is unexpected", 1],
    ['{"execute":"query-status","foo":5}', 'GenericError', "QMP input member 'foo' is unexpected"],
    [
      '{"execute":"query-status","arguments":[]}',
      'GenericError',
      "QMP input member 'arguments' must be an object",
    ],
    [
      '{"execute":"query-status","arguments":null}',
      'GenericError',
      "QMP input member 'arguments' must be an object",
    ],
    ['{"execute":"query-status","arguments":{"x":1}}', 'GenericError', "Parameter 'x' is unexpected"],
    ['{"exec-oob":"query-status"}', 'GenericError', "QMP input member 'exec-oob' is unexpected"],
    ['{}', 'GenericError', "QMP input lacks member 'execute'"],
    ['[1,2]', 'GenericError', 'QMP input must be a JSON object'],
    ['"abc"', 'GenericError', 'QMP input must be a JSON object'],
    ['5\n', 'GenericError', 'QMP input must be a JSON object'],
    ['{"a":]', 'GenericError', 'JSON parse error, expecting value'],
    [
      '{"execute":"qmp_capabilities","arguments":{"enable":"x"}}',
      'GenericError',
      "Invalid parameter type for 'enable', expected: array",
    ],
    [
      '{"execute":"qmp_capabilities","arguments":{"enable":[5]}}',
      'GenericError',
      "Invalid parameter type for 'enable[0]', expected: string",
    ],
  ])('%s', async (request, qmpClass, desc, id?: number) => {
    const { ask } = await negotiated();
    expect(await ask(request)).toEqual([error(qmpClass, desc, id)]);
  });
});

test('an id comes back as it was', async () => {
  const { session, lines } = await negotiated();
  for (const id of ['{"a": [1, 2.5, "x", null]}', '12345678901234567890', 'null', '"é"']) {
    lines.length = 0;
    session.receive(utf8.encode(`{"execute":"query-status","id":${id}}`));
    await session.idle();
    expect(lines).toEqual([`{"return": {"status": "paused", "running": false}, "id": ${id}}\r\n`]);
  }
});

test('query-commands, query-version', async () => {
  const { ask } = await negotiated();
  expect(await ask('{"execute":"query-commands"}')).toEqual([
    {
      return: [
        { name: 'add_client' },
        { name: 'client_migrate_info' },
        { name: 'cont' },
        { name: 'expire_password' },
        { name: 'human-monitor-command' },
        { name: 'input-send-event' },
        { name: 'qmp_capabilities' },
        { name: 'query-commands' },
        { name: 'query-name' },
        { name: 'query-spice' },
        { name: 'query-status' },
        { name: 'query-version' },
        { name: 'quit' },
        { name: 'screendump' },
        { name: 'send-key' },
        { name: 'set_password' },
        { name: 'stop' },
        { name: 'system_powerdown' },
        { name: 'system_reset' },
      ],
    },
  ]);
  expect(await ask('{"execute":"query-version"}')).toMatchObject([
    { return: { package: 'lazyspice 0.1.0' } },
  ]);
});

describe('query-spice', () => {
  test('while SPICE is not in use', async () => {
    const { ask } = await negotiated();
    expect(await ask('{"execute":"query-spice"}')).toEqual([
      { return: { enabled: false, migrated: false, 'mouse-mode': 'client' } },
    ]);
  });

  test('with a client', async () => {
    const info: SpiceInfo = {
      enabled: true,
      migrated: true,
      host: '127.0.0.1',
      port: 5930,
      tlsPort: null,
      auth: 'spice',
      compiledVersion: '0.1.0',
      mouseMode: 'server',
      channels: [
        {
          host: '127.0.0.1',
          port: '40000',
          family: 'ipv4',
          connectionId: 4_000_000_000,
          channelType: 1,
          channelId: 0,
          tls: false,
        },
      ],
    };
    const { ask } = await negotiated({ info: () => Promise.resolve(info) });
    expect(await ask('{"execute":"query-spice"}')).toEqual([
      {
        return: {
          enabled: true,
          migrated: true,
          host: '127.0.0.1',
          port: 5930,
          auth: 'spice',
          'compiled-version': '0.1.0',
          'mouse-mode': 'server',
          channels: [
            {
              host: '127.0.0.1',
              port: '40000',
              family: 'ipv4',
              'connection-id': 4_000_000_000,
              'channel-type': 1,
              'channel-id': 0,
              tls: false,
            },
          ],
        },
      },
    ]);
  });

  test('that fails, with and without a class of its own', async () => {
    const inactive = Object.assign(new Error('SPICE is not in use'), { qmpClass: 'DeviceNotActive' });
    const first = await negotiated({ info: () => Promise.reject(inactive) });
    expect(await first.ask('{"execute":"query-spice","id":"a"}')).toEqual([
      error('DeviceNotActive', 'SPICE is not in use', 'a'),
    ]);
    const second = await negotiated({ info: () => Promise.reject(new Error('no')) });
    expect(await second.ask('{"execute":"query-spice"}')).toEqual([error('GenericError', 'no')]);
  });
});

test('quit answers first', async () => {
  const { ask, log } = await negotiated();
  expect(await ask('{"execute":"quit","id":3}')).toEqual([{ return: {}, id: 3 }]);
  expect(log).toEqual(['quit after 1 lines']);
});

test('answers keep the order of the requests', async () => {
  const { promise, resolve } = deferredInfo();
  const { session, ask, lines } = await negotiated({ info: () => promise });
  const answered = ask('{"execute":"query-spice","id":1}x\n{"execute":"query-status","id":2}');
  session.receive(utf8.encode('{"execute":"query-status","id":3}'));
  await Promise.resolve();
  expect(lines).toEqual([]);
  resolve(disabled);
  expect(await answered).toMatchObject([
    { id: 1 },
    { error: { desc: "JSON parse error, invalid keyword 'x'" } },
    { id: 2 },
    { id: 3 },
  ]);
});

test('events go out once the negotiation is over', async () => {
  const { session, lines, ask } = start();
  session.event('STOP', { seconds: 1, microseconds: 2 });
  expect(lines).toHaveLength(1);
  await ask('{"execute":"qmp_capabilities"}');
  session.event('STOP', { seconds: 1, microseconds: 2 });
  session.event('SHUTDOWN', { seconds: 3, microseconds: 4 }, { guest: false, reason: 'host-qmp-quit' });
  expect(lines.slice(1).map((line) => JSON.parse(line))).toEqual([
    { timestamp: { seconds: 1, microseconds: 2 }, event: 'STOP' },
    {
      timestamp: { seconds: 3, microseconds: 4 },
      event: 'SHUTDOWN',
      data: { guest: false, reason: 'host-qmp-quit' },
    },
  ]);
});

test('a request over the limit ends the session', async () => {
  const { ask, log } = await negotiated({ maxRequestBytes: 100 });
  const long = `{"execute":"query-status","id":"${'x'.repeat(100)}{"}`;
  expect(await ask(`{"execute":"query-status"}${long}{"execute":"quit"}`)).toEqual([
    { return: { status: 'paused', running: false } },
    error('GenericError', 'JSON token size limit exceeded'),
  ]);
  expect(await ask('{"execute":"quit"}')).toEqual([]);
  expect(log).toEqual(['ended']);
});

test('a closed session says nothing and begins nothing', async () => {
  const { promise, resolve } = deferredInfo();
  const { session, lines, log } = await negotiated({ info: () => promise });
  lines.length = 0;
  session.receive(utf8.encode('{"execute":"query-spice"}{"execute":"quit"}'));
  session.close();
  resolve(disabled);
  await session.idle();
  session.event('STOP', { seconds: 1, microseconds: 0 });
  expect(lines).toEqual([]);
  expect(log).toEqual([]);
});

describe('further commands', () => {
  const greet = defineCommand({
    name: 'greet',
    parameters: {
      who: { type: 'string' },
      mood: { type: 'string', values: ['glad', 'sad'], optional: true },
      times: { type: 'integer', optional: true },
      loud: { type: 'boolean', optional: true },
    },
    run({ who, mood, times = 1, loud }) {
      const typed: 'glad' | 'sad' | undefined = mood;
      if (who === 'nobody') throw new QmpError('DeviceNotFound', 'nobody is here');
      return { text: `${who} ${typed ?? '-'}`.repeat(times), loud: loud ?? null };
    },
  });
  const status = defineCommand({ name: 'query-status', parameters: {}, run: () => 'mine' });

  test.each([
    ['{"who":"a","mood":"sad","times":2,"loud":true}', { return: { text: 'a sada sad', loud: true } }],
    ['{"who":"a"}', { return: { text: 'a -', loud: null } }],
    ['{"who":"nobody"}', error('DeviceNotFound', 'nobody is here')],
    ['{}', error('GenericError', "Parameter 'who' is missing")],
    ['{"who":5}', error('GenericError', "Invalid parameter type for 'who', expected: string")],
    ['{"who":"a","mood":"x"}', error('GenericError', "Parameter 'mood' does not accept value 'x'")],
    [
      '{"who":"a","times":1.5}',
      error('GenericError', "Invalid parameter type for 'times', expected: integer"),
    ],
    ['{"who":"a","loud":1}', error('GenericError', "Invalid parameter type for 'loud', expected: boolean")],
    ['{"who":"a","whom":"b"}', error('GenericError', "Parameter 'whom' is unexpected")],
    ['{"who":"a","__proto__":1}', error('GenericError', "Parameter '__proto__' is unexpected")],
  ])('%s', async (args, expected) => {
    const { ask } = await negotiated({ commands: [greet] });
    expect(await ask(`{"execute":"greet","arguments":${args}}`)).toEqual([expected]);
  });

  test('replace standard ones of the same name', async () => {
    const { ask } = await negotiated({ commands: [status] });
    expect(await ask('{"execute":"query-status"}')).toEqual([{ return: 'mine' }]);
  });
});

test('any bytes are answered with lines of JSON', async () => {
  const fragments = fc.constantFrom(
    '{',
    '}',
    '"execute"',
    ':',
    '"query-status"',
    ',',
    '"id"',
    '1',
    '[',
    ']',
    '\n',
  );
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.array(fragments, { maxLength: 30 }).map((parts) => utf8.encode(parts.join(''))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (input) => {
      const { session, lines } = await negotiated();
      session.receive(input);
      await session.idle();
      for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object');
    }),
    { numRuns: 500 },
  );
});
