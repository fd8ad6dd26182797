export * as scene from './recording/builder.js';
export { RecordingError, type RecordingErrorCode } from './recording/errors.js';
export { openRecording } from './recording/open-recording.js';
export { type RecordingEvent, RecordingParser } from './recording/parser.js';
export { playFile } from './recording/play-file.js';
export { type PlayOptions, playRecording } from './recording/player.js';
export { readRecording } from './recording/read-recording.js';
export { RecordingWriter, type RecordingWriterOptions } from './recording/writer.js';
