import { type RecordingEvent, RecordingParser } from './parser.js';

/** Events of one batch at most. */
const batchEvents = 256;

/**
 * The events of a recording whose bytes arrive from `source`, in batches of 1 to 256. A batch's pixels are valid until
 * the next batch is asked for. When the bytes are damaged or cut, everything before comes first, then
 * `RecordingError` is thrown; errors of `source` pass through.
 */
export async function* readRecording(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<RecordingEvent[], void, void> {
  const parser = new RecordingParser();
  for await (const piece of source) {
    parser.push(piece);
    for (let batch = takeBatch(parser); batch.events.length > 0; batch = takeBatch(parser)) {
      yield batch.events;
      if (batch.last) break;
    }
  }
  parser.finish();
}

/** An error stays in the parser, which throws it again when the events before it have been taken. */
function takeBatch(parser: RecordingParser): { events: RecordingEvent[]; last: boolean } {
  const events: RecordingEvent[] = [];
  try {
    while (events.length < batchEvents) {
      const event = parser.next();
      if (event === null) return { events, last: true };
      events.push(event);
    }
  } catch (error) {
    if (events.length === 0) throw error;
  }
  return { events, last: false };
}
