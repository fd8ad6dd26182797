import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainSender } from '../descriptors/plain-sender.js';
import { QmpClient, type QmpEvent } from './qmp-client.js';

const greeting = '{"QMP": {"version": {}, "capabilities": ["oob"]}}\r\n';

let folder: string;
let server: Server;
let sockets: Socket[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazyspice-qmp-client-'));
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await rm(folder, { recursive: true });
});

/** A monitor that answers as `answers` says, by command. */
async function monitor(answers: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, 'qmp');
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write(greeting);
    socket.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().trim().split('\n')) {
        const { execute } = JSON.parse(line) as { execute: string };
        const answer = answers[execute] ?? '{"return": {}}\r\n';
        if (answer === 'hang up') socket.end();
        // In two parts: answers do not come in one piece.
        else {
          socket.write(answer.slice(0, 5));
          socket.write(answer.slice(5));
        }
      }
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return path;
}

async function connect(answers: Readonly<Record<string, string>>) {
  const events: QmpEvent[] = [];
  let closed = 0;
  const client = await QmpClient.connect(await monitor(answers), {
    sender: plainSender,
    event: (event) => events.push(event),
    closed: () => {
      closed++;
    },
  });
  return { client, events, closed: () => closed };
}

describe('QmpClient', () => {
  it('gets each command its own answer, with events in between', async () => {
    const event =
      '{"timestamp": {"seconds": 7, "microseconds": 8}, "event": "RESET", "data": {"guest": true}}\r\n';
    const { client, events } = await connect({
      'query-name': '{"return": {"name": "a"}}\r\n',
      'query-status': `${event}{"return": {"status": "running"}}\r\n`,
    });
    const answers = await Promise.all([client.execute('query-name'), client.execute('query-status')]);
    expect(answers).toMatchObject([{ name: 'a' }, { status: 'running' }]);
    expect(events).toMatchObject([
      { name: 'RESET', timestamp: { seconds: 7, microseconds: 8 }, data: { guest: true } },
    ]);
    client.close();
  });

  it('hands on class and words of errors', async () => {
    const { client } = await connect({
      device_del: `{"error": {"class": "DeviceNotFound", "desc": "Device 'x' not found"}}\r\n`,
    });
    await expect(client.execute('device_del', { id: 'x' })).rejects.toMatchObject({
      qmpClass: 'DeviceNotFound',
      message: "Device 'x' not found",
    });
    client.close();
  });

  it('rejects what waits when QEMU hangs up, and says so once', async () => {
    const { client, closed } = await connect({ quit: 'hang up' });
    await expect(client.execute('quit')).rejects.toMatchObject({ code: 'ERR_QEMU_GONE' });
    await expect(client.execute('query-name')).rejects.toMatchObject({ code: 'ERR_QEMU_GONE' });
    expect(closed()).toBe(1);
  });

  it('gives up on bytes that are no JSON', async () => {
    const { client, closed } = await connect({ 'query-name': '}}} what\r\n' });
    await expect(client.execute('query-name')).rejects.toMatchObject({ code: 'ERR_QEMU_GONE' });
    expect(closed()).toBe(1);
  });
});
