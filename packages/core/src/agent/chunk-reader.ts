import { decodeAgentChunk } from '../generated/agent.codec.js';
import { Reader } from '../wire/reader.js';
import { AgentError } from './agent-error.js';
import { agentChunkBytes, agentLimits, agentPorts } from './protocol.js';

/** A piece of a message: up to 2048 bytes of one chunk. */
export interface AgentPiece {
  /** Of `agentPorts`. */
  readonly port: number;
  /** A view on memory of its own. */
  readonly bytes: Uint8Array;
}

/**
 * Cuts the stream of an agent's device into pieces: protocol §7.1. A chunk may be of any length; it is handed on
 * 2048 bytes at a time, so that no more than that is ever kept.
 */
export class ChunkReader {
  readonly #header = new Uint8Array(agentChunkBytes);
  #headerFilled = 0;
  #port = 0;
  /** Bytes of the chunk that have not come yet, beyond the piece being filled. */
  #chunkLeft = 0;
  #piece: Uint8Array | null = null;
  #pieceFilled = 0;
  #offset = 0;

  /** Bytes of the stream that have been read. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes bytes up to the end of the next piece. Returns how many were used, and the piece if it is complete.
   * @throws AgentError ERR_AGENT_PORT; the stream cannot be read on.
   */
  next(bytes: Uint8Array): { readonly used: number; readonly piece: AgentPiece | null } {
    let used = 0;
    if (this.#piece === null) {
      used = Math.min(agentChunkBytes - this.#headerFilled, bytes.length);
      this.#header.set(bytes.subarray(0, used), this.#headerFilled);
      this.#headerFilled += used;
      this.#offset += used;
      if (this.#headerFilled < agentChunkBytes) return { used, piece: null };
      this.#beginChunk();
    }
    const target = this.#piece as unknown as Uint8Array | null;
    if (target === null) return { used, piece: null };
    const part = bytes.subarray(used, used + target.length - this.#pieceFilled);
    target.set(part, this.#pieceFilled);
    this.#pieceFilled += part.length;
    this.#offset += part.length;
    used += part.length;
    if (this.#pieceFilled < target.length) return { used, piece: null };
    this.#beginPiece();
    return { used, piece: { port: this.#port, bytes: target } };
  }

  #beginChunk(): void {
    this.#headerFilled = 0;
    const { port, size } = decodeAgentChunk(new Reader(this.#header, 'agent.chunk'));
    if (port !== agentPorts.client && port !== agentPorts.server) {
      throw new AgentError('ERR_AGENT_PORT', `a chunk for port ${port}`, this.#offset - agentChunkBytes);
    }
    this.#port = port;
    this.#chunkLeft = size;
    this.#beginPiece();
  }

  #beginPiece(): void {
    const length = Math.min(this.#chunkLeft, agentLimits.piece);
    this.#chunkLeft -= length;
    this.#piece = length === 0 ? null : new Uint8Array(length);
    this.#pieceFilled = 0;
  }
}
