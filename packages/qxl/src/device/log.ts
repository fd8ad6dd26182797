export type QxlLogLevel = 'debug' | 'info' | 'warn';
export type QxlLog = (level: QxlLogLevel, message: string) => void;

/** Lines a second: a guest must not be able to flood the log. */
const linesPerSecond = 20;

/** Passes on what comes in a bearable number and counts the rest. `now` gives milliseconds. */
export function limitedLog(log: QxlLog, now: () => number): QxlLog {
  let start = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (level, message) => {
    const time = now();
    if (time - start >= 1000) {
      if (lines > linesPerSecond) log('warn', `${lines - linesPerSecond} more messages left out`);
      start = time;
      lines = 0;
    }
    lines++;
    if (lines <= linesPerSecond) log(level, message);
  };
}
