import type { SpiceOptions } from '@lazyspice/core';

/** What was asked for by option and is not done yet, a sentence each. Defaults ask for nothing. */
export function unheededOptions(options: SpiceOptions): string[] {
  const sentences: string[] = [];
  const say = (asked: boolean, sentence: string): void => {
    if (asked) sentences.push(sentence);
  };
  say(
    options.passwordSecret !== null,
    'password-secret: secrets are not known; set the password another way',
  );
  say(options.gl, 'gl: there is no GL display');
  say(options.seamlessMigration, 'seamless-migration: clients that go over begin their channels anew');
  return sentences;
}
