export type AgentErrorCode =
  /** A chunk for a port that there is not. */
  | 'ERR_AGENT_PORT'
  /** A message whose header is not complete in its first piece, or of another protocol. */
  | 'ERR_AGENT_HEADER'
  /** A piece goes on behind the end of its message. */
  | 'ERR_AGENT_OVERRUN'
  /** A message, or what waits to be sent, is larger than its limit. */
  | 'ERR_AGENT_SIZE'
  /** The body of a message is not what its type says. */
  | 'ERR_AGENT_BODY'
  /** Nothing was taken, or an unfinished message went on holding others up, for too long. */
  | 'ERR_AGENT_STALLED'
  /** More was sent than there were tokens for. */
  | 'ERR_AGENT_TOKENS';

/** An agent or a client broke the rules of the agent protocol. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentErrorCode;
  /** Bytes of the sender's stream before what is wrong. */
  readonly offset: number;

  constructor(code: AgentErrorCode, message: string, offset: number) {
    super(`agent: ${message} (at byte ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
