import type { CursorShape, Point16, QxlCommand } from '@lazyspice/core';

/** The pointer as the guest last described it: display-pipeline §12. */
export class CursorState {
  #shape: CursorShape | null = null;
  #position: Point16 = { x: 0, y: 0 };
  #visible = true;
  #trail = { length: 0, frequency: 0 };

  get shape(): CursorShape | null {
    return this.#shape;
  }

  get position(): Point16 {
    return this.#position;
  }

  get visible(): boolean {
    return this.#visible;
  }

  get trail(): { readonly length: number; readonly frequency: number } {
    return this.#trail;
  }

  /**
   * Takes a cursor command in. Returns what clients are told, or null. In client mouse mode (`clientMode`)
   * clients place the pointer themselves: of the moves only one that shows a hidden pointer again is passed on.
   */
  apply(command: CursorCommand, clientMode: boolean): CursorCommand | null {
    switch (command.type) {
      case 'cursorSet':
        this.#shape = { ...command.shape, data: command.shape.data.slice() };
        this.#visible = command.visible;
        return { ...command, shape: this.#shape };
      case 'cursorMove': {
        const shows = !this.#visible;
        this.#visible = true;
        this.#position = command.position;
        return clientMode && !shows ? null : command;
      }
      case 'cursorHide':
        this.#visible = false;
        return command;
      case 'cursorTrail':
        this.#trail = { length: command.length, frequency: command.frequency };
        return command;
      case 'cursorReset':
        this.reset();
        return command;
    }
  }

  reset(): void {
    this.#shape = null;
    this.#visible = true;
    this.#position = { x: 0, y: 0 };
  }
}

export type CursorCommand = Extract<QxlCommand, { type: `cursor${string}` }>;
