import type { CursorShape } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { type CursorCommand, CursorState } from './cursor-state.js';

const shape = (): CursorShape => ({
  unique: 1n,
  type: 0,
  width: 1,
  height: 1,
  hotSpotX: 0,
  hotSpotY: 0,
  data: Uint8Array.of(1, 2, 3, 4),
});
const set = (visible: boolean): CursorCommand => ({
  type: 'cursorSet',
  position: { x: 5, y: 6 },
  visible,
  shape: shape(),
});
const move: CursorCommand = { type: 'cursorMove', position: { x: 7, y: 8 } };
const hide: CursorCommand = { type: 'cursorHide' };

describe('CursorState', () => {
  it('begins visible, at the origin, without a shape', () => {
    const { shape: none, visible, position, trail } = new CursorState();
    expect([none, visible, position, trail]).toEqual([
      null,
      true,
      { x: 0, y: 0 },
      { length: 0, frequency: 0 },
    ]);
  });

  it('takes shape and visibility of a SET, not its position', () => {
    const state = new CursorState();
    expect(state.apply(set(false), false)).toEqual(set(false));
    expect(state.visible).toBe(false);
    expect(state.position).toEqual({ x: 0, y: 0 });
    expect(state.shape).toEqual(shape());
  });

  it('keeps its own copy of a shape', () => {
    const state = new CursorState();
    const command = set(true);
    const told = state.apply(command, false);
    if (command.type === 'cursorSet') command.shape.data.fill(0);
    expect([...(state.shape?.data ?? [])]).toEqual([1, 2, 3, 4]);
    expect(told).toEqual(set(true));
  });

  it('passes moves on in server mode, and in client mode only the one that shows the pointer', () => {
    const state = new CursorState();
    expect(state.apply(move, false)).toBe(move);
    expect(state.apply(move, true)).toBe(null);
    expect(state.apply(hide, true)).toBe(hide);
    expect(state.apply(move, true)).toBe(move);
    expect(state.apply(move, true)).toBe(null);
    expect(state.position).toEqual({ x: 7, y: 8 });
  });

  it('forgets all but the trail with a reset', () => {
    const state = new CursorState();
    for (const command of [
      set(false),
      move,
      hide,
      { type: 'cursorTrail', length: 2, frequency: 3 } as const,
    ]) {
      state.apply(command, false);
    }
    expect(state.apply({ type: 'cursorReset' }, true)).toEqual({ type: 'cursorReset' });
    expect([state.shape, state.visible, state.position]).toEqual([null, true, { x: 0, y: 0 }]);
    expect(state.trail).toEqual({ length: 2, frequency: 3 });
  });
});
