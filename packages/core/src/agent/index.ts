export {
  type AgentClientMonitorsConfig as AgentMonitorsConfig,
  agentClient,
  agentServer,
  decodeAgentClient,
  decodeAgentServer,
} from '../generated/agent.codec.js';
export { AgentError, type AgentErrorCode } from './agent-error.js';
export { AgentCapabilities } from './capability-words.js';
export { type AgentPiece, ChunkReader } from './chunk-reader.js';
export * from './clipboard-content.js';
export type { FileReceiver, FileSink } from './file-transfers.js';
export {
  type AgentMonitorWish,
  type ClipboardOffer,
  type ClipboardSelectionName,
  type ClipboardTypeName,
  GuestAgent,
  type GuestAgentOptions,
} from './guest-agent.js';
export { type MessagePart, MessageReader } from './message-reader.js';
export { type AgentMessageEncoder, chunkOf, messageStart, piecesOf, wholeMessage } from './message-writer.js';
export * from './protocol.js';
export { receiveInto } from './receive-folder.js';
