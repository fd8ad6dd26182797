import { Writer } from '@lazyspice/core';
import { CharPipe } from '../../packages/spice-server/src/chardev/char-pipe.js';
import type { MessageEncoder } from '../../packages/spice-server/src/wire/framing.js';

/** One message of a peer of a character device, to be damaged. */
export interface CharSubject {
  /** 'port.data', 'to agent clipboard', 'from agent clipboard' */
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** One try; false: the sender was refused. What goes wrong is thrown. */
  attack(data: Uint8Array, sample: Uint8Array): boolean;
}
export interface CharFuzzResult {
  readonly count: number;
  readonly taken: number;
  readonly refused: number;
  readonly failures: readonly string[];
  readonly failed: number;
}

export const bodyOf = <Body>(message: MessageEncoder<Body>, body: Body): Uint8Array => {
  const writer = new Writer();
  message.encode(writer, body);
  return new Uint8Array(Buffer.concat(writer.takeChunks()));
};
export const expectThat = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what);
};

/** A device that reads, and counts. */
export const device = (receive: (bytes: Uint8Array) => void) => {
  const pipe: CharPipe = new CharPipe(
    {
      kind: 'chardev',
      type: 'port',
      name: 'fuzzed',
      portName: 'org.test.0',
      clientOpened: () => {},
      receive: (bytes) => {
        receive(bytes);
        pipe.grant(bytes.length);
      },
      grant: () => {},
      receiveBreak: () => {},
    },
    (error) => {
      throw error;
    },
  );
  return pipe;
};
