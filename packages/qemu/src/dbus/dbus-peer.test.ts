import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainSender } from '../descriptors/plain-sender.js';
import { DbusPeer, type DbusPeerOptions } from './dbus-peer.js';
import { type DbusMessage, encodeMessage, noReplyExpected } from './wire/dbus-message.js';
import { MessageStream } from './wire/message-stream.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazyspice-dbus-peer-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const blank: DbusMessage = {
  type: 'call',
  flags: 0,
  serial: 1,
  path: null,
  interface: null,
  member: null,
  errorName: null,
  replySerial: null,
  destination: null,
  sender: null,
  signature: '',
  descriptors: 0,
  body: [],
};

/** The other end of a link: lets the peer in, then does with messages as it is told. */
class ScriptedEnd {
  readonly messages: DbusMessage[] = [];
  readonly #socket: Socket;
  readonly #stream = new MessageStream();
  readonly #answer: (message: DbusMessage) => Partial<DbusMessage> | null;
  #authenticated = false;
  #text = '';

  constructor(
    socket: Socket,
    answer: (message: DbusMessage) => Partial<DbusMessage> | null,
    welcome: string,
  ) {
    this.#socket = socket;
    this.#answer = answer;
    socket.on('data', (bytes: Buffer) => this.#take(bytes, welcome));
    socket.resume();
  }

  send(message: Partial<DbusMessage>): void {
    this.#socket.write(encodeMessage({ ...blank, ...message }));
  }

  raw(bytes: string): void {
    this.#socket.write(bytes);
  }

  #take(bytes: Buffer, welcome: string): void {
    let rest = bytes;
    if (!this.#authenticated) {
      this.#text += bytes.toString('latin1');
      const begun = this.#text.indexOf('BEGIN\r\n');
      if (begun < 0) {
        this.#socket.write(this.#text.endsWith('UNIX_FD\r\n') ? 'AGREE_UNIX_FD\r\n' : welcome);
        return;
      }
      this.#authenticated = true;
      rest = Buffer.from(this.#text.slice(begun + 'BEGIN\r\n'.length), 'latin1');
    }
    this.#stream.push(rest, (message) => {
      this.messages.push(message);
      const answer = this.#answer(message);
      if (answer !== null) this.send({ type: 'return', ...answer, replySerial: message.serial });
    });
  }
}

async function link(
  answer: (message: DbusMessage) => Partial<DbusMessage> | null,
  options: Partial<DbusPeerOptions> = {},
  welcome = 'OK 0123\r\n',
) {
  const ended: string[] = [];
  const serve = () => null;
  const closed = (reason: string): void => {
    ended.push(reason);
  };
  let end: ScriptedEnd | undefined;
  const peer = await DbusPeer.open(
    { sender: plainSender, folder, serve, closed, ...options },
    async (far) => {
      // In life another process has a copy of it; here it stays open instead.
      far.destroy = () => far;
      end = new ScriptedEnd(far, answer, welcome);
    },
  );
  if (end === undefined) throw new Error('nobody was given the far end');
  return { peer, end, ended };
}

const call = { path: '/a', interface: 'org.example.A', member: 'Do' };

describe('DbusPeer', () => {
  it('gets each call its answer, whatever their order', async () => {
    const late: DbusMessage[] = [];
    const { peer, end } = await link((message) => {
      if (message.body[0] === 2) return { signature: 's', body: ['two'] };
      late.push(message);
      return null;
    });
    const one = peer.call({ ...call, signature: 'u', body: [1] });
    expect(await peer.call({ ...call, signature: 'u', body: [2] })).toEqual(['two']);
    end.send({ type: 'return', replySerial: late[0].serial, signature: 's', body: ['one'] });
    expect(await one).toEqual(['one']);
    peer.close();
  });

  it('rejects with the words of an error', async () => {
    const { peer } = await link(() => ({
      type: 'error',
      errorName: 'org.example.No',
      signature: 's',
      body: ['not today'],
    }));
    await expect(peer.call(call)).rejects.toMatchObject({ code: 'ERR_QEMU_COMMAND', message: 'not today' });
    peer.close();
  });

  it('serves calls, answers what throws with an error, and is silent where no answer is wanted', async () => {
    const { peer, end } = await link(() => ({}), {
      serve: ({ member, body }) => {
        if (member === 'Fail') throw new Error('bad');
        return { signature: 'u', body: [Number(body[0]) + 1] };
      },
    });
    end.send({ serial: 7, flags: noReplyExpected, member: 'Add', path: '/', signature: 'u', body: [1] });
    end.send({ serial: 8, member: 'Add', path: '/', signature: 'u', body: [1] });
    end.send({ serial: 9, member: 'Fail', path: '/' });
    while (end.messages.length < 2) await new Promise((resolve) => setImmediate(resolve));
    // What is answered to the first would have come before.
    expect(end.messages.slice(0, 2)).toMatchObject([
      { type: 'return', replySerial: 8, body: [2] },
      { type: 'error', replySerial: 9, body: ['bad'] },
    ]);
    expect(end.messages).toHaveLength(2);
    peer.close();
  });

  it('ends once on bytes that are no message, and rejects what waits', async () => {
    const { peer, end, ended } = await link(() => null);
    const waiting = peer.call(call);
    end.raw('HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_QEMU_GONE' });
    await expect(peer.call(call)).rejects.toMatchObject({ code: 'ERR_QEMU_GONE' });
    expect(ended).toEqual([expect.stringMatching(/byte order at offset 0/)]);
  });

  it('is not opened when it is not let in', async () => {
    const refused = link(() => null, {}, 'REJECTED EXTERNAL\r\n');
    await expect(refused).rejects.toMatchObject({ code: 'ERR_QEMU_GONE' });
  });
});
