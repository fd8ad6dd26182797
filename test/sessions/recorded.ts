import { readFileSync } from 'node:fs';

/** What a client sent on one channel, behind the link stage. */
export interface RecordedChannel {
  readonly channelType: number;
  readonly channelId: number;
  /** Bit numbers. */
  readonly commonCapabilities: readonly number[];
  readonly channelCapabilities: readonly number[];
  /** Whole messages, the last one may be cut. */
  readonly messages: readonly Uint8Array[];
}

interface Stored {
  readonly type: number;
  readonly id: number;
  readonly common: readonly number[];
  readonly capabilities: readonly number[];
  /** Base 64. */
  readonly bytes: string;
}

const bits = (words: readonly number[]): number[] =>
  words.flatMap((word, i) =>
    Array.from({ length: 32 }, (_, bit) => ((word >>> bit) & 1 ? i * 32 + bit : -1)).filter(
      (bit) => bit >= 0,
    ),
  );
const miniHeaderBytes = 6;

function messagesOf(bytes: Buffer): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at + miniHeaderBytes <= bytes.length; ) {
    const end = at + miniHeaderBytes + bytes.readUInt32LE(at + 2);
    messages.push(new Uint8Array(bytes.subarray(at, end)));
    at = end;
  }
  return messages;
}

/** Sessions of spice-gtk with everything that it does: keys, pointer, a file, its microphone, a USB CD, a shared folder. */
export function recordedChannels(): RecordedChannel[] {
  const file = new URL('./fixtures/spice-gtk.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as Stored[]).map((one) => ({
    channelType: one.type,
    channelId: one.id,
    commonCapabilities: bits(one.common),
    channelCapabilities: bits(one.capabilities),
    messages: messagesOf(Buffer.from(one.bytes, 'base64')),
  }));
}
