import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openRecording, type RecordingEvent, RecordingParser, RecordingWriter } from '@lazyspice/qxl';

/** What the table beside a folder's recordings says of each. */
interface Expected {
  readonly name: string;
  readonly column: 'commands' | 'events';
  readonly count: number;
}

/**
 * Every recording under `sharedDir`/recordings parses to its last byte, has as many commands (or events) as the
 * table beside it says, refuses none, and parses to equal commands after being written again, plain and compressed.
 */
export async function check(sharedDir: string): Promise<void> {
  for (const folder of [join(sharedDir, 'recordings'), join(sharedDir, 'recordings', 'commands')]) {
    const expected = await readTable(join(folder, 'README.md'));
    if (expected.length === 0) throw new Error(`${folder}/README.md names no recordings`);
    for (const each of expected) await checkRecording(join(folder, `${each.name}.rec.xz`), each);
  }
}

async function checkRecording(path: string, expected: Expected): Promise<void> {
  const copies = [new Copy(false), new Copy(true)];
  let count = 0;
  for await (const batch of openRecording(path)) {
    for (const event of batch) {
      if (event.refused !== null)
        throw new Error(`${path}: byte ${event.offset} is refused: ${event.refused}`);
      if (expected.column === 'events' || event.what === 'ring') count++;
      for (const copy of copies) copy.compare(event, path);
    }
  }
  if (count !== expected.count) {
    throw new Error(`${path}: ${count} ${expected.column}, the table says ${expected.count}`);
  }
}

/** Writes what it is given and reads it back at once. */
class Copy {
  readonly #writer: RecordingWriter;
  readonly #parser = new RecordingParser();

  constructor(compress: boolean) {
    this.#writer = new RecordingWriter({ compress });
    this.#parser.push(this.#writer.header());
  }

  compare(event: RecordingEvent, path: string): void {
    if (event.command === null) return;
    this.#parser.push(Buffer.concat(this.#writer.write(event.command, event.time)));
    const copy = this.#parser.next();
    if (copy?.time !== event.time || !isDeepStrictEqual(copy.command, event.command)) {
      throw new Error(`${path}: the event at byte ${event.offset} is another one after being written again`);
    }
    this.#parser.finish();
  }
}

/** Rows of the table whose head has a column `commands` or `events`; the name is in `name` or `theme`. */
async function readTable(path: string): Promise<Expected[]> {
  const rows = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const head = rows.find((cells) => cells.includes('name') || cells.includes('theme')) ?? [];
  const nameAt = Math.max(head.indexOf('name'), head.indexOf('theme'));
  const column = head.includes('commands') ? 'commands' : 'events';
  return rows
    .map(
      (cells) => ({ name: cells[nameAt] ?? '', column, count: Number(cells[head.indexOf(column)]) }) as const,
    )
    .filter(({ count }) => Number.isInteger(count));
}
