// Every function that the server calls, in one module with one memory.
export { quicEncodeEnd, quicEncodeRows, quicEncodeStart } from './quic-encode';
