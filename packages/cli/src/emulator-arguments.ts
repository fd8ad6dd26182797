import type { V86Guest, V86Options } from '@lazyspice/core';
import { UsageError } from './usage.js';

/** What the command line says of an emulated machine. */
export interface EmulatorArguments {
  readonly guest: V86Guest;
  /** Bytes. */
  readonly memory: number;
  readonly vga: V86Options['vga'];
  readonly saveState: string | null;
  readonly restoreState: string | null;
}

export const emulatorOptions = {
  kernel: { type: 'string' },
  initrd: { type: 'string' },
  append: { type: 'string' },
  bios: { type: 'string' },
  'vga-bios': { type: 'string' },
  hda: { type: 'string' },
  memory: { type: 'string' },
  vga: { type: 'string' },
  'save-state': { type: 'string' },
  'restore-state': { type: 'string' },
} as const;
export type EmulatorValues = { readonly [N in keyof typeof emulatorOptions]?: string | undefined };

const defaultMemory = 128 * 1024 * 1024;
const vgaKinds = ['qxl', 'std', 'none'] as const;

/** Bytes: digits, then M (MiB, which is also meant without a letter) or G. */
function memorySize(text: string | undefined): number {
  if (text === undefined) return defaultMemory;
  const match = /^(\d{1,5})([MG]?)$/i.exec(text);
  if (match === null) throw new UsageError(`option '--memory' takes a size like 128M, not '${text}'`);
  const unit = match[2].toUpperCase() === 'G' ? 1024 * 1024 * 1024 : 1024 * 1024;
  return Number(match[1]) * unit;
}

/** Options that only make sense beside another one. */
function refuseWithout(
  values: EmulatorValues,
  options: readonly (keyof EmulatorValues)[],
  needed: string,
): void {
  const lonely = options.find((option) => values[option] !== undefined);
  if (lonely !== undefined) throw new UsageError(`option '--${lonely}' needs '--${needed}'`);
}

function describedGuest(values: EmulatorValues): V86Guest | null {
  const { kernel, initrd, append, bios, hda } = values;
  if (kernel !== undefined) {
    refuseWithout({ bios, hda }, ['bios', 'hda'], 'kernel left out');
    return { kind: 'kernel', kernel, initrd: initrd ?? null, commandLine: append ?? '' };
  }
  refuseWithout(values, ['initrd', 'append'], 'kernel');
  if (bios !== undefined)
    return { kind: 'disk', bios, vgaBios: values['vga-bios'] ?? null, hda: hda ?? null };
  refuseWithout(values, ['hda', 'vga-bios'], 'bios');
  return null;
}

/**
 * The emulated machine that is asked for: the Linux guest by name, or one that the options describe; null: none is.
 * @throws UsageError
 */
export function emulatorArguments(values: EmulatorValues, linux: boolean): EmulatorArguments | null {
  const described = describedGuest(values);
  if (described !== null && linux) throw new UsageError("'--guest linux' brings its own kernel");
  const guest = linux ? ({ kind: 'linux' } as const) : described;
  if (guest === null) {
    const options = ['memory', 'vga', 'save-state', 'restore-state'] as const;
    refuseWithout(values, options, 'guest linux');
    return null;
  }
  const vga = vgaKinds.find((kind) => kind === (values.vga ?? 'qxl'));
  if (vga === undefined) {
    throw new UsageError(`option '--vga' takes one of ${vgaKinds.join(', ')}, not '${values.vga}'`);
  }
  return {
    guest,
    memory: memorySize(values.memory),
    vga,
    saveState: values['save-state'] ?? null,
    restoreState: values['restore-state'] ?? null,
  };
}
