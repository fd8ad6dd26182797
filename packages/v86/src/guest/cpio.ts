/** What goes into an initramfs. Paths are relative, without a leading slash; parents come before children. */
export type CpioEntry =
  | { readonly type: 'directory'; readonly path: string; readonly mode: number }
  | { readonly type: 'file'; readonly path: string; readonly mode: number; readonly bytes: Uint8Array }
  | { readonly type: 'link'; readonly path: string; readonly target: string }
  | {
      readonly type: 'character-device';
      readonly path: string;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    };

const fileTypes = {
  directory: 0o040000,
  file: 0o100000,
  link: 0o120000,
  'character-device': 0o020000,
} as const;
const headerBytes = 110;
const trailer = 'TRAILER!!!';
const align = (n: number): number => (n + 3) & ~3;

interface Member {
  readonly inode: number;
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
  readonly device: readonly [major: number, minor: number];
}

function member(entry: CpioEntry, inode: number): Member {
  const type = fileTypes[entry.type];
  const mode = type | (entry.type === 'link' ? 0o777 : entry.mode);
  const empty = new Uint8Array();
  const bytes =
    entry.type === 'file' ? entry.bytes : entry.type === 'link' ? Buffer.from(entry.target) : empty;
  const device =
    entry.type === 'character-device' ? ([entry.major, entry.minor] as const) : ([0, 0] as const);
  return { inode, path: entry.path, mode, bytes, device };
}

/** Writes one member and returns the offset behind it, aligned to 4. */
function write(target: Buffer, at: number, { inode, path, mode, bytes, device }: Member): number {
  const name = Buffer.from(`${path}\0`);
  // inode, mode, uid, gid, links, mtime, size, device (major, minor), special file (major, minor), name, checksum
  const fields = [inode, mode, 0, 0, 1, 0, bytes.length, 0, 0, device[0], device[1], name.length, 0];
  const hex = fields.map((n) => n.toString(16).padStart(8, '0')).join('');
  target.write(`070701${hex}`, at, 'latin1');
  target.set(name, at + headerBytes);
  const body = at + align(headerBytes + name.length);
  target.set(bytes, body);
  return align(body + bytes.length);
}

/** An archive in cpio's "newc" form, owned by root and without times, so that the same input gives the same bytes. */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const members = entries.map((entry, i) => member(entry, i + 1));
  members.push({ inode: 0, path: trailer, mode: 0, bytes: new Uint8Array(), device: [0, 0] });
  const size = (m: Member): number =>
    align(headerBytes + Buffer.byteLength(m.path) + 1) + align(m.bytes.length);
  const archive = Buffer.alloc(members.reduce((sum, m) => sum + size(m), 0));
  let at = 0;
  for (const m of members) at = write(archive, at, m);
  return archive;
}
