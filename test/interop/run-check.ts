/** Runs one file of checks/: `run-check.ts NAME SHARED_FOLDER`. Prints what it found; throws when something is wrong. */

/** What a check may return: nothing, or counts and the names of what is wrong. */
type Findings = Readonly<Record<string, unknown>> & { readonly failed?: unknown };
interface Check {
  check(sharedDir: string): Promise<Findings | undefined>;
}

// Here and not in `main`: the runner resolves imports only while it loads this file.
const name = process.argv[3];
const { check } = (await import(`./checks/${name}.ts`)) as Check;

export async function main([, sharedDir]: readonly string[]): Promise<void> {
  const findings = (await check(sharedDir)) ?? {};
  const { failed = [], ...rest } = findings;
  const wrong: readonly unknown[] = Array.isArray(failed) ? failed : [failed];
  if (wrong.length > 0 && failed !== 0) throw new Error(wrong.slice(0, 10).join('; '));
  const details = Object.entries(rest).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  console.log(details.join(', '));
}
