import type { QxlCommand } from '@lazyspice/core';

type CursorSet = Extract<QxlCommand, { type: 'cursorSet' }>;

/** The guest's pointer as the server was last told, for a server that has to be told again. */
export class CursorMemory {
  #set: CursorSet | null = null;

  get current(): CursorSet | null {
    return this.#set;
  }

  note(command: QxlCommand): void {
    switch (command.type) {
      case 'cursorSet':
        this.#set = command;
        return;
      case 'cursorMove':
        if (this.#set !== null) this.#set = { ...this.#set, position: command.position, visible: true };
        return;
      case 'cursorHide':
        if (this.#set !== null) this.#set = { ...this.#set, visible: false };
        return;
    }
  }

  forget(): void {
    this.#set = null;
  }
}
