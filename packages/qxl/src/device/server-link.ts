import type { QxlCommand, QxlWorker } from '@lazyspice/core';

export interface ServerLinkUser {
  /** There is room again. */
  ready(): void;
  /** The server knows nothing, or something wrong: tell it everything. */
  resynchronise(): void;
}

/** Commands of ports that wait for room; after that many the server is told the outcome instead. */
const backlogLimit = 64;
const backlogByteLimit = 64 * 1024 * 1024;

/**
 * The way to the SPICE server. Ring commands are offered: when they do not fit they stay in the guest's ring.
 * What ports cause cannot wait there and goes into a short backlog. Without a server everything is taken and
 * forgotten, so that the guest goes on.
 */
export class ServerLink {
  readonly #user: ServerLinkUser;
  #worker: QxlWorker | null = null;
  #backlog: QxlCommand[] = [];
  #backlogBytes = 0;
  #stale = false;
  #resynchronising = false;
  #waiting = false;
  #dirty = false;

  constructor(user: ServerLinkUser) {
    this.#user = user;
  }

  get worker(): QxlWorker | null {
    return this.#worker;
  }

  /** Nothing waits for room. */
  get clear(): boolean {
    return this.#backlog.length === 0 && !this.#waiting && !this.#stale;
  }

  attach(worker: QxlWorker): void {
    this.#forget();
    this.#worker = worker;
    this.#tellEverything();
  }

  detach(): void {
    this.#forget();
    this.#worker = null;
    this.#user.ready();
  }

  /** False: there is no room; `ready` is called when there may be. Nothing of the command is kept. */
  offer(command: QxlCommand): boolean {
    if (this.#worker === null) return true;
    if (!this.clear) return false;
    if (this.#worker.submit(command)) {
      this.#dirty = true;
      return true;
    }
    this.#wait();
    return false;
  }

  /** Takes the command, now or as soon as there is room. */
  send(command: QxlCommand): void {
    if (this.#worker === null || this.#stale || this.offer(command)) return;
    const kept = ownPixels(command);
    this.#backlog.push(kept);
    this.#backlogBytes += 'data' in kept && kept.data !== null ? kept.data.length : 0;
    if (this.#resynchronising) return;
    if (this.#backlog.length <= backlogLimit && this.#backlogBytes <= backlogByteLimit) return;
    this.#backlog = [];
    this.#backlogBytes = 0;
    this.#stale = true;
  }

  /** Wakes the server if there is anything new. */
  kick(): void {
    if (this.#dirty) this.#worker?.kick();
    this.#dirty = false;
  }

  /** Tries again without waiting to be told. True: nothing waits any more. */
  retry(): boolean {
    this.#waiting = false;
    while (this.#worker !== null && this.#backlog.length > 0) {
      if (!this.#worker.submit(this.#backlog[0])) {
        this.#wait();
        return false;
      }
      this.#dirty = true;
      this.#backlog.shift();
    }
    this.#backlogBytes = 0;
    if (this.#stale) this.#tellEverything();
    return this.clear;
  }

  /** Waits for room, blocking the thread, `limit` ms at most, and tries again. False: something still waits. */
  retryWithin(limit: number): boolean {
    this.#worker?.spaceNow(limit);
    return this.retry();
  }

  #tellEverything(): void {
    this.#stale = false;
    this.#resynchronising = true;
    try {
      this.#user.resynchronise();
    } finally {
      this.#resynchronising = false;
    }
    this.kick();
  }

  #wait(): void {
    const worker = this.#worker;
    if (this.#waiting || worker === null) return;
    this.#waiting = true;
    this.#dirty = false;
    worker.kick();
    void worker.space().then(() => {
      if (worker !== this.#worker || !this.#waiting) return;
      if (this.retry()) this.#user.ready();
    });
  }

  #forget(): void {
    this.#backlog = [];
    this.#backlogBytes = 0;
    this.#stale = false;
    this.#waiting = false;
    this.#dirty = false;
  }
}

/** A command may wait only without views of guest memory. */
function ownPixels(command: QxlCommand): QxlCommand {
  if ('data' in command && command.data !== null) return { ...command, data: command.data.slice() };
  return command;
}
