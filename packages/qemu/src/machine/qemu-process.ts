import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { QemuExit } from '@lazyspice/core';
import { QemuError, reasonOf } from '../errors.js';

/** ms in which QEMU must open its monitor. */
const startLimit = 30_000;

/** QEMU as a child, on this process's standard streams. */
export class QemuProcess {
  readonly exited: Promise<QemuExit>;
  readonly #child: ChildProcess;
  #over = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#over = true;
        resolve({ code, signal });
      });
    });
  }

  /** @throws QemuError ERR_QEMU_START */
  static async start(program: string, args: readonly string[]): Promise<QemuProcess> {
    const child = spawn(program, args, { stdio: 'inherit' });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'ENOENT' ? 'it is not installed, or not in PATH' : error.message;
        reject(new QemuError('ERR_QEMU_START', `${program} can not be started: ${why}`, error));
      });
    });
    return new QemuProcess(child);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#over) this.#child.kill(signal);
  }

  /** Resolves when QEMU has made the socket at `path`. @throws QemuError ERR_QEMU_START */
  async opened(path: string): Promise<void> {
    const end = performance.now() + startLimit;
    while (!this.#over && performance.now() < end) {
      const there = await access(path).then(
        () => true,
        () => false,
      );
      if (there) return;
      await delay(5);
    }
    if (!this.#over) throw new QemuError('ERR_QEMU_START', 'QEMU has not opened its monitor');
    const { code, signal } = await this.exited;
    const how = signal === null ? `with status ${code}` : `by ${signal}`;
    throw new QemuEndedError(`QEMU ended at its start, ${how}`, { code, signal });
  }
}

/** QEMU ended before it was ready; what was wrong it has said itself. */
export class QemuEndedError extends QemuError {
  readonly exit: QemuExit;

  constructor(message: string, exit: QemuExit) {
    super('ERR_QEMU_START', message);
    this.exit = exit;
  }
}

/** Whether a QEMU program has the D-Bus display, which distributions put into a package of its own. */
export async function hasDbusDisplay(program: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(program, ['-display', 'help']);
    return stdout.split('\n').includes('dbus');
  } catch (error) {
    throw new QemuError(
      'ERR_QEMU_START',
      `${program} can not be asked what it can: ${reasonOf(error)}`,
      error,
    );
  }
}
