/** What the command says: events on stdout (JSON when asked), everything else on stderr. */
export interface Output {
  event(name: string, fields?: Readonly<Record<string, unknown>>): void;
  log(message: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    event(name, fields = {}) {
      if (json) process.stdout.write(`${JSON.stringify({ event: name, ...fields })}\n`);
    },
    log(message) {
      process.stderr.write(`lazyspice: ${message}\n`);
    },
  };
}
