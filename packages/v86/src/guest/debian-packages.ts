import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmulatorError } from '../errors.js';

const run = promisify(execFile);
/** Milliseconds for one run of apt or dpkg. */
const timeout = 300_000;
const maxOutput = 8 * 1024 * 1024;

/** The package that depends on the newest kernel for a 32-bit PC without PAE, and the shell and tools. */
const kernelPackage = 'linux-image-686';
const toolsPackage = 'busybox-static';

/** What to do instead; part of every error here. */
const wayOut = 'give a kernel and an initrd instead (--kernel FILE --initrd FILE)';

function fail(what: string, error: unknown): never {
  const { stderr, code, message } = error as { stderr?: string; code?: unknown; message?: string };
  const program = code === 'ENOENT' ? 'the program is missing' : null;
  const line = stderr
    ?.split('\n')
    .find((l) => l.startsWith('E: '))
    ?.slice(3);
  const why = program ?? line ?? message?.split('\n')[0] ?? String(error);
  throw new EmulatorError('ERR_V86_GUEST', `${what} failed: ${why}; ${wayOut}`, null, error);
}

/** The text of an apt configuration that keeps everything below `folder` and thinks of i386 only. */
export function aptConfiguration(folder: string): string {
  const lines = [
    `Dir::State "${folder}/state";`,
    `Dir::State::lists "${folder}/state/lists";`,
    `Dir::State::status "${folder}/state/status";`,
    `Dir::Cache "${folder}/cache";`,
    'APT::Architecture "i386";',
    'APT::Architectures { "i386"; };',
    'Acquire::Languages "none";',
    // No other user could read the folder.
    'APT::Sandbox::User "";',
    '',
  ];
  return lines.join('\n');
}

export interface DebianGuest {
  /** Where both packages are unpacked. */
  readonly root: string;
  /** For example 6.1.0-50-686. */
  readonly release: string;
}

/** Runs apt and dpkg for a machine of its own: no root, no change to the host's packages. */
class PrivateApt {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(folder: string) {
    this.#folder = folder;
    this.#environment = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C.UTF-8' };
  }

  async prepare(): Promise<void> {
    for (const part of ['state/lists/partial', 'cache/archives/partial', 'packages']) {
      await mkdir(join(this.#folder, part), { recursive: true });
    }
    await writeFile(join(this.#folder, 'state/status'), '');
    await writeFile(join(this.#folder, 'apt.conf'), aptConfiguration(this.#folder));
  }

  async #apt(program: string, args: readonly string[]): Promise<string> {
    const options = {
      env: this.#environment,
      cwd: join(this.#folder, 'packages'),
      timeout,
      maxBuffer: maxOutput,
    };
    return (await run(program, args, options)).stdout;
  }

  /** Fetches the package lists. Sources that are not for this guest may fail: what counts is what is found. */
  async update(): Promise<void> {
    await this.#apt('apt-get', ['update']).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 'ENOENT') fail('fetching package lists with apt-get', error);
    });
  }

  /** The versioned kernel package that `linux-image-686` stands for. */
  async kernelPackage(): Promise<string> {
    let text: string;
    try {
      text = await this.#apt('apt-cache', ['depends', '--important', kernelPackage]);
    } catch (error) {
      return fail(`looking up ${kernelPackage} with apt`, error);
    }
    const found = /Depends:\s*(linux-image-\S+)/.exec(text)?.[1];
    if (found === undefined) {
      return fail(`looking up ${kernelPackage} with apt`, new Error('no such package (is there a network?)'));
    }
    return found;
  }

  async download(packages: readonly string[]): Promise<string[]> {
    const folder = join(this.#folder, 'packages');
    for (const file of await readdir(folder)) await rm(join(folder, file), { force: true });
    try {
      await this.#apt('apt-get', ['download', ...packages]);
    } catch (error) {
      return fail(`downloading ${packages.join(' and ')} with apt-get`, error);
    }
    return (await readdir(folder)).filter((f) => f.endsWith('.deb')).map((f) => join(folder, f));
  }
}

/**
 * Gets Debian's 32-bit kernel and a static busybox by package name into `folder`, and unpacks them there.
 * `progress` is told each step.
 * @throws EmulatorError ERR_V86_GUEST: one sentence that says what is missing and the way out.
 */
export async function fetchDebianGuest(
  folder: string,
  progress: (message: string) => void,
): Promise<DebianGuest> {
  const apt = new PrivateApt(folder);
  await apt.prepare();
  progress('fetching package lists');
  await apt.update();
  const kernel = await apt.kernelPackage();
  progress(`downloading ${kernel} and ${toolsPackage}`);
  const packages = await apt.download([kernel, toolsPackage]);
  progress('unpacking');
  const root = join(folder, 'root');
  await rm(root, { recursive: true, force: true });
  for (const file of packages) {
    await run('dpkg-deb', ['--extract', file, root], { timeout }).catch((error: unknown) =>
      fail('unpacking with dpkg-deb', error),
    );
  }
  return { root, release: kernel.replace(/^linux-image-/, '') };
}
