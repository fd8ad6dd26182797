import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lazyspiceModule as codecs } from '@lazyspice/spice-server/codec-tools';

/** What of an index entry says how exactly it must be encoded. */
interface Entry {
  readonly name: string;
  readonly codec: string;
  readonly content: string;
  readonly bin: string;
}

const sameBytes = ['quic', 'lz', 'lz_plt', 'glz'];
/** Their encoders are libraries' or lose pixels: decoding what ours gives is the check, or the vectors' own. */
const lossy = ['jpeg', 'jpeg_alpha'];

/**
 * Every vector under `sharedDir`/vectors decodes to its pixels; QUIC, LZ and GLZ encode to its bytes, the other lossless
 * codecs to something that decodes to the pixels. `failed` has the names of those that do not, with reasons.
 */
export async function check(sharedDir: string): Promise<{ passed: number; failed: string[] }> {
  const folder = join(sharedDir, 'vectors');
  const index = await readFile(join(folder, 'index.json'), 'utf8');
  const { vectors } = JSON.parse(index) as { readonly vectors: readonly Entry[] };
  if (vectors.length === 0) throw new Error(`${folder} has no vectors`);
  const read = (name: string): Promise<Uint8Array> => readFile(join(folder, name));

  const failed = new Map<string, string>();
  const fail = (name: string, reason: string): void => {
    if (!failed.has(name)) failed.set(name, `${name}: ${reason}`);
  };
  for (const { name, reason } of (await codecs.verify(index, read)).failed) fail(name, reason);

  const ours = new Map<string, Uint8Array>();
  const encoded = await codecs.encode(index, read, async (name, data) => {
    ours.set(`${name}.bin`, data);
  });
  for (const { name, reason } of encoded.failed) fail(name, reason);
  const lossless = vectors.filter(({ codec, bin }) => !lossy.includes(codec) && ours.has(bin));
  const again = await codecs.verify(JSON.stringify({ vectors: lossless }), async (name) => {
    return ours.get(name) ?? read(name);
  });
  for (const { name, reason } of again.failed) fail(name, `what it encodes to ${reason}`);
  for (const { name, codec, content, bin } of lossless) {
    // made by hand, for decoders
    if (!sameBytes.includes(codec) || content === 'crafted') continue;
    if (Buffer.compare(ours.get(bin)!, await read(bin)) !== 0) fail(name, 'encodes to other bytes');
  }
  return { passed: vectors.length - failed.size, failed: [...failed.values()] };
}
