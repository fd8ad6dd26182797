import { decodeAgentHeader } from '../generated/agent.codec.js';
import { Reader } from '../wire/reader.js';
import { AgentError } from './agent-error.js';
import { agentHeaderBytes, agentProtocol } from './protocol.js';

/** A part of one message: what one piece, or one AGENT_DATA body, holds of it. */
export interface MessagePart {
  readonly type: number;
  /** Bytes of the whole body. */
  readonly size: number;
  readonly first: boolean;
  readonly last: boolean;
  /** Body bytes, a view on what was given. */
  readonly bytes: Uint8Array;
}

/** Follows the messages of one sender through their pieces: protocol §7.1. */
export class MessageReader {
  #type = 0;
  #size = 0;
  #left = 0;
  #offset = 0;

  /** Bytes of the message that has begun which have not come yet; 0: none has. */
  get left(): number {
    return this.#left;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes one piece. It holds a whole header, or goes on with the message that was begun; never parts of two messages.
   * @throws AgentError
   */
  push(piece: Uint8Array): MessagePart {
    const first = this.#left === 0;
    const bytes = first ? this.#begin(piece) : piece;
    if (bytes.length > this.#left) {
      const reason = `${bytes.length} bytes where type ${this.#type} has ${this.#left} left`;
      throw new AgentError('ERR_AGENT_OVERRUN', reason, this.#offset);
    }
    this.#left -= bytes.length;
    this.#offset += piece.length;
    return { type: this.#type, size: this.#size, first, last: this.#left === 0, bytes };
  }

  #begin(piece: Uint8Array): Uint8Array {
    if (piece.length < agentHeaderBytes) {
      throw new AgentError('ERR_AGENT_HEADER', `a header of ${piece.length} bytes`, this.#offset);
    }
    const { protocol, type, size } = decodeAgentHeader(new Reader(piece, 'agent.header'));
    if (protocol !== agentProtocol) {
      throw new AgentError('ERR_AGENT_HEADER', `protocol ${protocol}`, this.#offset);
    }
    this.#type = type;
    this.#size = size;
    this.#left = size;
    return piece.subarray(agentHeaderBytes);
  }
}
