import type { Drawable, Head, QxlCommand } from '@lazyspice/core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  bitmap32,
  createPrimary,
  createSurface,
  difference,
  fill,
  paint,
  scroll,
} from '../../../../test/support/spice/commands.js';
import { rect } from './geometry/rect.js';
import { type CursorListener, type DisplayListener, QxlDisplay } from './qxl-display.js';
import type { VideoFrame, VideoStream } from './streams/stream-tracker.js';

let display: QxlDisplay;
let bad: string[];
let primaryChanges: number;

/** Notes what a display channel is told. */
class Notes implements DisplayListener {
  guestCapabilities = 0;
  readonly told: string[] = [];
  readonly drawables: Drawable[] = [];
  /** Takes frames as video. */
  video = true;
  surfaceCreated = ({ id }: { readonly id: number }, image: boolean): void => {
    this.told.push(`created ${id}${image ? ' with pixels' : ''}`);
  };
  surfaceDestroyed = (id: number): number => this.told.push(`destroyed ${id}`);
  surfacesDestroyed = (): number => this.told.push('all destroyed');
  primaryReady = (monitors: boolean): number => this.told.push(monitors ? 'ready with monitors' : 'ready');
  imagesReset = (): number => this.told.push('images reset');
  monitorsChanged = (): number => this.told.push('monitors');
  failed = (error: unknown): number => this.told.push(`failed: ${error}`);
  acceptsVideo = (): boolean => this.video;
  videoFrame = ({ box }: VideoFrame): number => this.told.push(`frame ${box.left},${box.top}`);
  videoEnded = ({ id }: VideoStream): number => this.told.push(`video ${id} ended`);
  drawn = (drawable: Drawable): void => {
    this.told.push('drawn');
    this.drawables.push(drawable);
  };
}

const submit = (...commands: QxlCommand[]): void => {
  for (const command of commands) expect(display.submit(command)).toBe(true);
};
const head = (width: number, height: number): Head => ({
  id: 0,
  surfaceId: 0,
  width,
  height,
  x: 0,
  y: 0,
  flags: 0,
});
const config = (...heads: Head[]): QxlCommand => ({ type: 'monitorsConfig', maxAllowed: 4, heads });

beforeEach(() => {
  bad = [];
  primaryChanges = 0;
  display = new QxlDisplay({
    clientMouseMode: () => false,
    primaryChanged: () => {
      primaryChanges++;
    },
    badCommand: (message) => bad.push(message),
    flush: () => Promise.resolve(),
  });
});

describe('surfaces', () => {
  it('are told of as they come and go', () => {
    const notes = new Notes();
    display.addListener(notes);
    submit(createPrimary(8, 8), createSurface(1, 4, 4), createSurface(2, 4, 4, { data: new Uint8Array(64) }));
    submit({ type: 'surfaceDestroy', surfaceId: 1 }, { type: 'primaryDestroy' }, { type: 'surfacesDestroy' });
    expect(notes.told).toEqual([
      'created 0',
      'ready with monitors',
      'created 1',
      'created 2 with pixels',
      'destroyed 1',
      'destroyed 0',
      'all destroyed',
    ]);
    expect(display.primary).toBe(undefined);
    display.removeListener(notes);
    submit(createPrimary(8, 8));
    expect(notes.told.length).toBe(7);
  });

  it('that are there twice replace the primary and refuse any other', () => {
    const notes = new Notes();
    display.addListener(notes);
    submit(createPrimary(8, 8), createPrimary(4, 4), createSurface(1, 2, 2), createSurface(1, 3, 3));
    const created = ['created 0', 'ready with monitors'];
    expect(notes.told).toEqual([...created, 'destroyed 0', ...created, 'created 1']);
    expect(bad).toEqual(['surfaceCreate: surface 1 exists']);
    expect(display.primary?.width).toBe(4);
  });

  it('with id 0 are only the primary', () => {
    submit(createSurface(0, 8, 8), createPrimary(8, 8), { type: 'surfaceDestroy', surfaceId: 0 });
    expect(bad.length).toBe(2);
    expect(display.primary).not.toBe(undefined);
  });

  it.each([
    ['a draw without a surface', fill(1, rect(0, 0, 1, 1), { surfaceId: 9 })],
    ['a surface that is too large', createSurface(3, 40_000, 1)],
    ['a surface number that is too large', createSurface(5000, 1, 1)],
    ['the end of what is not there', { type: 'surfaceDestroy', surfaceId: 7 } as QxlCommand],
    ['the end of no primary', { type: 'primaryDestroy' } as QxlCommand],
  ])('refuse %s and go on', (_, command) => {
    const notes = new Notes();
    display.addListener(notes);
    submit(command);
    expect(bad.length).toBe(1);
    expect(notes.told).toEqual([]);
    submit(createPrimary(8, 8), fill(5, rect(0, 0, 8, 8)));
    expect(display.primary?.width).toBe(8);
  });

  it('that replace the primary and fail leave none, of which everybody is told', () => {
    submit(createPrimary(8, 8));
    primaryChanges = 0;
    submit(createPrimary(40_000, 8));
    expect(bad.length).toBe(1);
    expect(display.primary).toBe(undefined);
    expect(primaryChanges).toBe(1);
  });
});

describe('commands', () => {
  it('are drawn with and without listeners, alike', () => {
    const other = new QxlDisplay({
      clientMouseMode: () => false,
      primaryChanged: () => {},
      badCommand: () => {},
      flush: () => Promise.resolve(),
    });
    other.addListener(new Notes());
    const commands = [
      createPrimary(100, 100),
      paint(
        bitmap32(90, 90, (x, y) => x * y),
        5,
        5,
      ),
      scroll(rect(10, 10, 60, 60), 12, 12),
      paint(
        bitmap32(90, 90, (x, y) => x * y + (x === 7 ? 1 : 0)),
        5,
        5,
      ),
    ];
    for (const command of commands) {
      display.submit(command);
      other.submit(command);
    }
    expect(difference(display.canvas, other.canvas, 0)).toBe(null);
  });

  it('keep their pixels when the memory is used again, unless it was given away', () => {
    const notes = new Notes();
    display.addListener(notes);
    submit(createPrimary(8, 8));
    const lent = paint(
      bitmap32(2, 2, (x) => 7 + x),
      0,
      0,
    );
    const given = paint(
      bitmap32(2, 2, (_x, y) => 7 + y),
      4,
      4,
    );
    display.submit(lent);
    display.submit(given, true);
    const bytes = ({ operation }: Drawable): Uint8Array =>
      (operation as { source: { content: { data: Uint8Array } } }).source.content.data;
    const original = (command: QxlCommand): Uint8Array =>
      bytes((command as Extract<QxlCommand, { type: 'draw' }>).drawable);
    original(lent).fill(0);
    expect(bytes(notes.drawables[0])[0]).toBe(7);
    expect(bytes(notes.drawables[1])).toBe(original(given));
  });
});

it('goes on with everybody else when one listener fails', () => {
  const broken = new Notes();
  broken.drawn = () => {
    throw new RangeError('oops');
  };
  const fine = new Notes();
  display.addListener(broken);
  display.addListener(fine);
  submit(createPrimary(8, 8), fill(1, rect(0, 0, 8, 8)));
  expect(broken.told.at(-1)).toBe('failed: RangeError: oops');
  expect(fine.told.at(-1)).toBe('drawn');
  expect(bad).toEqual([]);
});

describe('monitors', () => {
  it('are one that covers the primary, until the guest says otherwise', () => {
    submit(createPrimary(8, 6));
    expect(display.heads).toEqual([head(8, 6)]);
    const notes = new Notes();
    display.addListener(notes);
    submit(config(head(4, 6), { ...head(4, 6), id: 1, x: 4 }, head(0, 5), head(5, 0)));
    expect(display.heads.length).toBe(2);
    expect(display.maxHeads).toBe(4);
    expect(notes.told).toEqual(['monitors']);
  });

  it('never lie outside a primary of another size', () => {
    submit(createPrimary(800, 600), config(head(800, 600)));
    submit({ type: 'primaryDestroy' }, createPrimary(80, 60));
    expect(display.heads).toEqual([head(80, 60)]);
    expect(display.maxHeads).toBe(4);
  });

  it('are told with a new primary only while the guest does not do it', () => {
    const notes = new Notes();
    display.addListener(notes);
    submit(createPrimary(8, 6), config(head(8, 6)), createPrimary(8, 6));
    submit({ type: 'driverUnload' }, createPrimary(8, 6));
    const ready = notes.told.filter((what) => what.startsWith('ready'));
    expect(ready).toEqual(['ready with monitors', 'ready', 'ready with monitors']);
  });
});

describe('the pointer', () => {
  const notes = (): CursorListener & { readonly told: string[] } => {
    const told: string[] = [];
    return {
      told,
      cursorChanged: ({ type }) => told.push(type),
      cursorInitialised: () => told.push('init'),
      failed: (error) => {
        throw error;
      },
    };
  };

  it.each<[string, QxlCommand]>([
    ['the primary', { type: 'primaryDestroy' }],
    ['all surfaces', { type: 'surfacesDestroy' }],
  ])('is reset with %s, and described anew with the next primary', (_, command) => {
    submit(createPrimary(8, 8));
    const listener = notes();
    display.addCursorListener(listener);
    submit({ type: 'cursorMove', position: { x: 1, y: 1 } }, command, createPrimary(8, 8));
    expect(listener.told).toEqual(['cursorMove', 'cursorReset', 'init']);
    expect(display.cursor.position).toEqual({ x: 0, y: 0 });
    display.removeCursorListener(listener);
    submit({ type: 'cursorHide' });
    expect(listener.told.length).toBe(3);
  });

  it('may be placed by clients only on a primary that allows it', () => {
    expect(display.mouseAllowed).toBe(false);
    submit(createPrimary(8, 8));
    expect(display.mouseAllowed).toBe(true);
    submit(createPrimary(8, 8, { mouseAllowed: false }));
    expect(display.mouseAllowed).toBe(false);
    submit(createPrimary(8, 8), { type: 'primaryDestroy' });
    expect(display.mouseAllowed).toBe(false);
  });
});

describe('reading', () => {
  it('gives the whole surface or the part of an area that is on it', async () => {
    submit(createPrimary(8, 6), fill(0x0a0b0c, rect(2, 2, 4, 4)));
    expect(await display.read(0, null)).toMatchObject({ format: 32, width: 8, height: 6, stride: 32 });
    const part = await display.read(0, rect(-5, 3, 3, 99));
    expect(part).toMatchObject({ width: 3, height: 3, stride: 12 });
    expect([...(part?.bytes.subarray(8, 12) ?? [])]).toEqual([0x0c, 0x0b, 0x0a, 0]);
  });

  it.each([
    ['a surface that is not there', 5, null],
    ['an area beside it', 0, rect(8, 0, 9, 1)],
    ['an empty area', 0, rect(3, 3, 3, 5)],
  ])('gives nothing of %s', async (_, id, area) => {
    submit(createPrimary(8, 6));
    expect(await display.read(id, area)).toBe(null);
  });

  it('gives a copy', async () => {
    submit(createPrimary(2, 2));
    const before = await display.read(0, null);
    submit(fill(0xffffff, rect(0, 0, 2, 2)));
    expect(before?.bytes.every((byte) => byte === 0)).toBe(true);
  });
});

it('shows nothing any more when it is closed', () => {
  const notes = new Notes();
  display.addListener(notes);
  submit(createPrimary(8, 8));
  display.close();
  expect(notes.told.at(-1)).toBe('all destroyed');
  expect(display.primary).toBe(undefined);
});
