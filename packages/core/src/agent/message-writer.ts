import { encodeAgentChunk, encodeAgentHeader } from '../generated/agent.codec.js';
import { Writer } from '../wire/writer.js';
import { agentChunkBytes, agentHeaderBytes, agentLimits, agentProtocol } from './protocol.js';

/** How a message is written: the entries of the generated tables. */
export interface AgentMessageEncoder<Body> {
  readonly id: number;
  encode(writer: Writer, body: Body): void;
}

/** For headers alone, one after the other. */
const headers = new Writer({ blockBytes: 64 });

/** The bytes that `write` puts in front of `bytes`, which are `length`, and those. */
function behindHeader(length: number, write: (writer: Writer) => void, bytes: Uint8Array): Uint8Array {
  headers.reset();
  write(headers);
  const all = new Uint8Array(length + bytes.length);
  let at = 0;
  for (const chunk of headers.chunks()) {
    all.set(chunk, at);
    at += chunk.length;
  }
  all.set(bytes, length);
  return all;
}

/** The header of a message whose body has `size` bytes, and what of the body is there already. */
export function messageStart(type: number, size: number, bytes: Uint8Array): Uint8Array {
  const header = { protocol: agentProtocol, type, opaque: 0n, size };
  return behindHeader(agentHeaderBytes, (writer) => encodeAgentHeader(writer, header), bytes);
}

/** A whole message: header and body. */
export function wholeMessage<Body>(message: AgentMessageEncoder<Body>, body: Body): Uint8Array {
  const writer = new Writer();
  message.encode(writer, body);
  return messageStart(message.id, writer.length, Buffer.concat(writer.chunks()));
}

/** What may go as one piece each. */
export function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += agentLimits.piece) {
    pieces.push(bytes.subarray(at, at + agentLimits.piece));
  }
  return pieces;
}

/** A piece as it goes over the agent's device. */
export function chunkOf(port: number, piece: Uint8Array): Uint8Array {
  const header = { port, size: piece.length };
  return behindHeader(agentChunkBytes, (writer) => encodeAgentChunk(writer, header), piece);
}
