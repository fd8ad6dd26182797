import type { MonitorBackend } from '../monitor-backend.js';
import { hmpCommands } from './hmp-commands.js';

/** A line's words; a text in double quotes is one word, with \\" and \\\\ in it. Null: a quote is not closed. */
export function splitWords(line: string): string[] | null {
  const words: string[] = [];
  const syntax = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/y;
  let at = 0;
  while (line.slice(at).trim() !== '') {
    syntax.lastIndex = at;
    const match = syntax.exec(line);
    if (match === null) return null;
    words.push(match[1]?.replace(/\\(.)/g, '$1') ?? match[2]);
    at = syntax.lastIndex;
  }
  return words;
}

/** Does what one line asks for; returns what is shown. Never rejects. */
export async function runHmpLine(line: string, backend: MonitorBackend): Promise<string> {
  const words = splitWords(line);
  if (words === null) return 'Error: a quote is not closed\n';
  const [name, ...rest] = words;
  if (name === undefined) return '';
  const command = hmpCommands.find((each) => each.name === name || each.aliases?.includes(name));
  if (command === undefined) return `unknown command: '${name}'\n`;
  const [min, max] = command.words;
  if (rest.length < min || rest.length > max) return `usage: ${command.name} ${command.usage}\n`;
  try {
    return await command.run(rest, backend);
  } catch (error) {
    return `Error: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}
