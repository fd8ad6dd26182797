import type { SoundFormat } from '@lazyspice/core';
import type { PixelUpdate, PointerShape } from '@lazyspice/core/console';

/** What a link tells of one console. Sizes are pixels, 1..16384. */
export interface ConsoleSink {
  /** The picture has another size; what it shows comes next. */
  resize(width: number, height: number): void;
  update(update: PixelUpdate): void;
  pointerShape(shape: PointerShape): void;
  pointerMoved(x: number, y: number, visible: boolean): void;
}

/** What a link tells of the machine's sound output. */
export interface PlaybackSink {
  start(format: SoundFormat): void;
  /** Whole samples; valid only during the call. */
  samples(bytes: Uint8Array): void;
  stop(): void;
  /** 0..65535 for each channel. */
  volume(muted: boolean, volumes: readonly number[]): void;
}
/** What a link tells of the machine's sound input, and asks of it. */
export interface RecordSource {
  start(format: SoundFormat): void;
  stop(): void;
  /** So many bytes of sound; silence where there is none. */
  read(size: number): Uint8Array;
  volume(muted: boolean, volumes: readonly number[]): void;
}

export interface DisplayLinkEvents {
  /** Where a console's picture goes; called once for each, before its first update. */
  console(index: number): ConsoleSink;
  /** Lock lights: scroll 1, num 2, caps 4. */
  leds(mask: number): void;
  /** Whether the guest takes absolute positions. */
  absolute(absolute: boolean): void;
  readonly playback: PlaybackSink;
  readonly record: RecordSource;
  log(message: string): void;
  /** The link is over; called once. */
  closed(reason: string): void;
}

/** Pointer buttons by QEMU's numbers. */
export const pointerButtons = {
  left: 0,
  middle: 1,
  right: 2,
  wheelUp: 3,
  wheelDown: 4,
  side: 5,
  extra: 6,
} as const;
export type PointerButton = (typeof pointerButtons)[keyof typeof pointerButtons];

/** The way to a QEMU's consoles, keyboard, pointer and sound. */
export interface DisplayLink {
  readonly kind: 'D-Bus' | 'VNC';
  /** Graphic consoles, at least one unless the machine has none. */
  readonly consoles: number;
  /** A key by QEMU's number: set 1, 0x80 for what has an 0xe0 prefix. */
  key(code: number, down: boolean): void;
  button(button: PointerButton, down: boolean): void;
  /** Relative motion in pixels. */
  motion(dx: number, dy: number): void;
  /** Position on a console's picture. */
  position(console: number, x: number, y: number): void;
  close(): void;
}
