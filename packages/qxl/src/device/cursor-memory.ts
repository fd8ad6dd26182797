import type { QxlCommand } from '@lazyspice/core';

type CursorSet = Extract<QxlCommand, { type: 'cursorSet' }>;

/** The guest's pointer as the server was last told, for a server that has to be told again. */
export class CursorMemory {
  #set: CursorSet | null = null;
  #moved = false;

  get current(): CursorSet | null {
    return this.#set;
  }

  /** What a server must be told that knows nothing: of a pointer that has moved, the place as such too. */
  get commands(): readonly QxlCommand[] {
    if (this.#set === null) return [];
    const { position, visible } = this.#set;
    return this.#moved && visible ? [this.#set, { type: 'cursorMove', position }] : [this.#set];
  }

  note(command: QxlCommand): void {
    switch (command.type) {
      case 'cursorSet':
        this.#set = command;
        this.#moved = false;
        return;
      case 'cursorMove':
        this.#moved = true;
        if (this.#set !== null) this.#set = { ...this.#set, position: command.position, visible: true };
        return;
      case 'cursorHide':
        if (this.#set !== null) this.#set = { ...this.#set, visible: false };
        return;
    }
  }

  /** A pointer that was saved, wherever it had been moved to. */
  restore(command: QxlCommand): void {
    this.note(command);
    this.#moved = true;
  }

  forget(): void {
    this.#set = null;
    this.#moved = false;
  }
}
