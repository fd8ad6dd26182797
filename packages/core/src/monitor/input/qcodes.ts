/**
 * QEMU's key names (qcodes) and their PC/XT set 1 scancodes; 0xe0XX has the prefix e0. `pause` is a sequence of its
 * own, see `scancodes`.
 */
const rows: readonly (readonly [firstCode: number, names: string])[] = [
  [
    0x01,
    'esc 1 2 3 4 5 6 7 8 9 0 minus equal backspace tab q w e r t y u i o p bracket_left bracket_right ret',
  ],
  [
    0x1d,
    'ctrl a s d f g h j k l semicolon apostrophe grave_accent shift backslash z x c v b n m comma dot slash',
  ],
  [0x36, 'shift_r asterisk alt spc caps_lock f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 num_lock scroll_lock'],
  [0x47, 'kp_7 kp_8 kp_9 kp_subtract kp_4 kp_5 kp_6 kp_add kp_1 kp_2 kp_3 kp_0 kp_decimal'],
  [0x56, 'less f11 f12 kp_equals'],
  [0x70, 'hiragana'],
  [0x73, 'ro'],
  [0x79, 'henkan'],
  [0x7b, 'muhenkan'],
  [0x7d, 'yen kp_comma'],
  [0xe010, 'audioprev'],
  [0xe019, 'audionext'],
  [0xe01c, 'kp_enter ctrl_r'],
  [0xe020, 'audiomute calculator audioplay'],
  [0xe024, 'audiostop'],
  [0xe02e, 'volumedown'],
  [0xe030, 'volumeup'],
  [0xe032, 'ac_home'],
  [0xe035, 'kp_divide'],
  [0xe037, 'print alt_r'],
  [0xe047, 'home up pgup'],
  [0xe04b, 'left'],
  [0xe04d, 'right'],
  [0xe04f, 'end down pgdn insert delete'],
  [0xe05b, 'meta_l meta_r menu power sleep'],
  [0xe063, 'wake'],
  [0xe065, 'find ac_bookmarks ac_refresh'],
  [0xe06a, 'ac_back'],
  [0xe06c, 'mail mediaselect'],
];

const codes = new Map<string, number>(
  rows.flatMap(([first, names]) => names.split(' ').map((name, i): [string, number] => [name, first + i])),
);
codes.set('sysrq', 0x54);
codes.set('kp_multiply', 0x37);

/** Names of all keys, for the monitor's help. */
export const qcodeNames: readonly string[] = [...codes.keys(), 'pause'];

const pause = { down: [0xe1, 0x1d, 0x45], up: [0xe1, 0x9d, 0xc5] } as const;

/** A key: QEMU's name of it, or the number that QEMU's input layer has for it (the prefix e0 as bit 7). */
export type MonitorKey =
  | { readonly type: 'qcode'; readonly data: string }
  | { readonly type: 'number'; readonly data: number };

/** Bytes that a keyboard sends when the key goes down or up; null: there is no such key. */
export function scancodes(key: MonitorKey, down: boolean): readonly number[] | null {
  if (key.type === 'qcode' && key.data === 'pause') return down ? pause.down : pause.up;
  const code = key.type === 'qcode' ? codes.get(key.data) : numbered(key.data);
  if (code === undefined || code === null) return null;
  const byte = (code & 0x7f) | (down ? 0 : 0x80);
  return code > 0xff ? [0xe0, byte] : [byte];
}

function numbered(value: number): number | null {
  if (!Number.isInteger(value) || value < 1 || value > 0xff) return null;
  return value > 0x7f ? 0xe000 | (value & 0x7f) : value;
}
