/**
 * The scene that `npm start` shows: what a desktop sends most (fills, copies of pixels, moved areas, a pointer),
 * so that every client can draw it.
 */
import { scene } from '@lazyspice/qxl';
import { glyphSize, isSet } from './font.ts';

const { copy, copyBits, cursor, fill, imageOf, primary, rectAt, rgb } = scene;

export const screen = { width: 640, height: 400 } as const;
/** Milliseconds of the whole scene and between two steps of what moves. */
export const sceneLength = 8000;
const step = 50;
/** Steps between two pieces of the progress line. */
const progressTurns = 4;

const titleColors = [
  0xff6b6b, 0xff9f6b, 0xffd06b, 0xd8f06b, 0x7bea8a, 0x6be0d8, 0x6bb4ff, 0x9d8cff, 0xe08cff,
];
const barColors = [0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf, 0x101010];
const paper = 0xe8eefc;
const laneColor = 0x0c1220;
const lane = rectAt(40, 216, 560, 64);
const box = { size: 48, color: 0xffb13b } as const;
const travel = 560 - 48 - 16;

/** The background: a gradient from top to bottom. */
function background(y: number): number {
  const part = y / (screen.height - 1);
  return rgb(Math.round(16 + 24 * part), Math.round(22 + 44 * part), Math.round(46 + 60 * part));
}

function pixels(
  area: { top: number; width: number; height: number },
  colorAt: (x: number, y: number) => number | null,
): scene.Pixels {
  const { top, width, height } = area;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, y) ?? background(top + y);
      data.set([color & 0xff, (color >> 8) & 0xff, color >> 16, 0], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** `text` at `left`, `top`, each point of the font `size` pixels wide and high, as one copy. */
function write(text: string, at: { left: number; top: number; size: number; color: number }) {
  const { left, top, size, color } = at;
  const area = { top, width: text.length * glyphSize.advance * size, height: glyphSize.height * size };
  const lit = (x: number, y: number): boolean => {
    const column = Math.floor(x / size);
    const letter = text[Math.floor(column / glyphSize.advance)] as string;
    return isSet(letter, column % glyphSize.advance, Math.floor(y / size));
  };
  return copy({ x: left, y: top }, imageOf(pixels(area, (x, y) => (lit(x, y) ? color : null))));
}

/** An arrow, 16x24, white with a dark edge and a soft shadow; B G R A, premultiplied. */
function arrow(): scene.Pixels {
  const width = 16;
  const height = 24;
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && y < 18 && x <= y * 0.62 && x + y * 0.35 < 13;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const body = inside(x, y);
      const edge = body && !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1));
      const shadow = inside(x - 2, y - 3) ? 0x50 : 0;
      const shade = body ? (edge ? 0x20 : 0xff) : 0;
      data.set([shade, shade, shade, body ? 0xff : shadow], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** Right edge of the progress line at a time. */
const progressAt = (at: number): number => lane.left + Math.floor((at / sceneLength) * 560);

/** Left edge of the box after `turn` steps: to and fro between the lane's ends. */
function boxAt(turn: number): number {
  const moved = (turn * 8) % (2 * travel);
  return lane.left + 8 + (moved < travel ? moved : 2 * travel - moved);
}

function* still(): Generator<scene.TimedCommand> {
  yield { at: 0, command: primary(screen.width, screen.height) };
  const all = pixels({ top: 0, ...screen }, () => null);
  yield { at: 0, command: copy({ x: 0, y: 0 }, imageOf(all)) };
  yield { at: 0, command: cursor({ x: 480, y: 100 }, arrow(), { unique: 1n }) };
  for (const [index, letter] of [...'lazyspice'].entries()) {
    const place = { left: 113 + index * 48, top: 48, size: 8, color: titleColors[index] as number };
    yield { at: 100 + index * 80, command: write(letter, place) };
  }
  yield {
    at: 900,
    command: write('a SPICE server in TypeScript', { left: 156, top: 136, size: 2, color: paper }),
  };
  yield {
    at: 1100,
    command: write('this is a recording played in a loop.', { left: 209, top: 172, size: 1, color: paper }),
  };
  for (const [index, color] of barColors.entries()) {
    yield { at: 1300 + index * 80, command: fill(rectAt(40 + index * 70, 312, 70, 56), color) };
  }
}

function* moving(): Generator<scene.TimedCommand> {
  const top = lane.top + 8;
  yield { at: 0, command: fill(lane, laneColor) };
  yield { at: 0, command: fill(rectAt(boxAt(0), top, box.size, box.size), box.color) };
  yield { at: 0, command: fill(rectAt(boxAt(0) + 8, top + 8, 32, 32), laneColor) };
  for (let turn = 1; turn * step <= sceneLength; turn++) {
    const at = turn * step;
    const from = boxAt(turn - 1);
    const to = boxAt(turn);
    const uncovered = to > from ? from : to + box.size;
    yield { at, command: copyBits(rectAt(to, top, box.size, box.size), { x: from, y: top }) };
    yield { at, command: fill(rectAt(uncovered, top, Math.abs(to - from), box.size), laneColor) };
    const angle = (turn / 80) * 2 * Math.PI;
    const position = {
      x: Math.round(320 + 160 * Math.cos(angle)),
      y: Math.round(100 + 60 * Math.sin(angle)),
    };
    yield { at, command: { type: 'cursorMove', position } };
    if (turn % progressTurns === 0) {
      const right = progressAt(at);
      const left = progressAt(at - progressTurns * step);
      yield { at, command: fill(rectAt(left, 380, right - left, 4), paper) };
    }
  }
}

/** The scene's commands in the order of their times. */
export function welcomeScene(): scene.TimedCommand[] {
  return [...still(), ...moving()].sort((one, other) => one.at - other.at);
}
