import type { QxlCommand, Rect } from '../contracts/qxl-commands.js';
import type { FlushLevel, QxlWorker, SurfacePixels } from '../contracts/qxl-worker.js';
import { type Deferred, deferred } from '../deferred.js';
import { encodeQxlCommand } from '../generated/qxl-commands.codec.js';
import { Writer } from '../wire/writer.js';
import { createRingMemory, RingProducer } from './command-ring.js';
import { PromptAnswer, promptAnswerBytes } from './prompt-answer.js';

/** How a ring worker speaks to the module that reads its ring. */
export interface RingPeer {
  kick(): void;
  /** `lead`: bytes in front of the record. */
  sendRecord(record: ArrayBuffer, lead: number): void;
  flush(level: FlushLevel): Promise<void>;
  read(surfaceId: number, area: Rect | null): Promise<SurfacePixels | null>;
  /** The answer comes by itself, or has come when this returns: see `runsByItself`. */
  readNow(surfaceId: number, area: Rect, answer: SharedArrayBuffer): void;
  /** Has the ring emptied by a module that does not run by itself. */
  drain(): void;
  /** The module has a thread of its own. If not, what it is told must be carried to it while the thread waits. */
  readonly runsByItself: boolean;
  takesClientMonitors(takes: boolean): void;
}

const ringBytes = 8 * 1024 * 1024;
/** Bytes of an answer that are kept for the next one: a screen of 1920x1080. */
const keptAnswerBytes = 8 * 1024 * 1024;

/** The QXL worker of a module behind a port: commands cross as binary records in a shared ring. */
export class RingWorker implements QxlWorker {
  readonly memory: SharedArrayBuffer = createRingMemory(ringBytes);
  readonly #producer = new RingProducer(this.memory);
  readonly #writer = new Writer();
  readonly #peer: RingPeer;
  #waiting: Deferred<void> | null = null;
  #answer: PromptAnswer | null = null;
  #gone = false;

  constructor(peer: RingPeer) {
    this.#peer = peer;
  }

  submit(command: QxlCommand): boolean {
    if (this.#gone) return true;
    const writer = this.#writer;
    writer.reset();
    encodeQxlCommand(writer, command);
    const pieces = writer.chunks();
    let length = 0;
    for (const piece of pieces) length += piece.length;
    if (length <= this.#producer.maxRecord) return this.#producer.put(pieces, length);
    if (!this.#producer.putBeside()) return false;
    // The largest piece, pixels as a rule, is aligned to words for whoever reads it.
    const lead = -largestPieceOffset(pieces) & 3;
    const record = new Uint8Array(lead + length);
    let offset = lead;
    for (const piece of pieces) {
      record.set(piece, offset);
      offset += piece.length;
    }
    this.#peer.sendRecord(record.buffer, lead);
    return true;
  }

  kick(): void {
    if (!this.#gone && this.#producer.claimWake()) this.#peer.kick();
  }

  space(): Promise<void> {
    this.kick();
    if (this.#gone || !this.#producer.requestSpace()) return Promise.resolve();
    this.#waiting ??= deferred<void>();
    return this.#waiting.promise;
  }

  spaceNow(limit: number): boolean {
    this.kick();
    const end = performance.now() + limit;
    while (!this.#gone && this.#producer.requestSpace()) {
      const left = end - performance.now();
      if (left <= 0) return false;
      if (this.#peer.runsByItself) this.#producer.waitForSpace(left);
      else this.#peer.drain();
    }
    return true;
  }

  flush(level: FlushLevel): Promise<void> {
    // The message wakes the module as a kick does.
    return this.#gone ? Promise.resolve() : this.#peer.flush(level);
  }

  read(surfaceId: number, area: Rect | null): Promise<SurfacePixels | null> {
    return this.#gone ? Promise.resolve(null) : this.#peer.read(surfaceId, area);
  }

  readNow(surfaceId: number, area: Rect, limit: number): SurfacePixels | null | undefined {
    if (this.#gone) return null;
    const answer = this.#answerFor(area);
    this.#peer.readNow(surfaceId, area, answer.memory);
    const pixels = answer.wait(this.#peer.runsByItself ? limit : 0);
    // One that comes too late must not fall into the next question's memory.
    if (pixels === undefined || answer.memory.byteLength > keptAnswerBytes) this.#answer = null;
    return pixels;
  }

  takesClientMonitors(takes: boolean): void {
    if (!this.#gone) this.#peer.takesClientMonitors(takes);
  }

  /** The module says that there is room. */
  spaceFreed(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve();
  }

  #answerFor(area: Rect): PromptAnswer {
    const bytes = promptAnswerBytes(area);
    let answer = this.#answer;
    if (answer === null || answer.memory.byteLength < bytes) answer = new PromptAnswer(bytes);
    answer.clear();
    this.#answer = answer;
    return answer;
  }

  /** The module is gone: commands vanish, nobody waits for ever. */
  end(): void {
    this.#gone = true;
    this.spaceFreed();
  }
}

function largestPieceOffset(pieces: readonly Uint8Array[]): number {
  let at = 0;
  let largest = 0;
  let found = 0;
  for (const piece of pieces) {
    if (piece.length > largest) {
      largest = piece.length;
      found = at;
    }
    at += piece.length;
  }
  return found;
}
