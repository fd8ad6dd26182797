import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowBytes } from '../codecs/contract.js';
import { GlzDecoder } from '../codecs/glz/glz-decoder.js';
import { encodeVectors, verifyVectors } from './vectors.js';

type Entry = Record<string, unknown> & { name: string; codec: string; raw: string; bin: string };
type Files = Map<string, Uint8Array>;
const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../codecs/fixtures/${name}`, import.meta.url), 'utf8')) as T;
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const glzTypes: Readonly<Record<number, string>> = { 6: 'rgb16', 7: 'rgb24', 8: 'rgb32', 9: 'rgba' };

interface PlainFixture {
  readonly name: string;
  readonly codec: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly segmentRows?: number;
  readonly raw: string;
  readonly encoded: string;
}
interface GlzFixture {
  readonly name: string;
  readonly windowPixels: number;
  readonly images: readonly {
    readonly format: 6 | 7 | 8 | 9;
    readonly width: number;
    readonly height: number;
    readonly topDown: boolean;
    readonly encoded: string;
  }[];
}

/** The committed vectors in the form of an index and its files. */
function plainVectors(): { entries: Entry[]; files: Files } {
  const { vectors, raws } = fixture<{
    readonly vectors: readonly PlainFixture[];
    readonly raws: Readonly<Record<string, string>>;
  }>('vectors.json');
  const files: Files = new Map();
  const entries = vectors.map(({ name, codec, type, width, height, topDown, segmentRows, raw, encoded }) => {
    files.set(`${name}.raw`, new Uint8Array(inflateSync(Buffer.from(raws[raw]!, 'base64'))));
    files.set(`${name}.bin`, fromBase64(encoded));
    const chunks = segmentRows === undefined ? {} : { encoder_chunk_rows: segmentRows };
    const shape = { type, width, height, top_down: topDown, ...chunks };
    return { name, codec, ...shape, raw: `${name}.raw`, bin: `${name}.bin` };
  });
  return { entries, files };
}

function glzVectors(): { entries: Entry[]; files: Files } {
  const files: Files = new Map();
  const { sequences } = fixture<{ readonly sequences: readonly GlzFixture[] }>('glz-vectors.json');
  const entries = sequences.map(({ name, windowPixels, images }) => {
    const decoder = new GlzDecoder();
    const raws: Uint8Array[] = [];
    const encoded: Uint8Array[] = [];
    for (const { format, width, height, encoded: data } of images) {
      const stride = rowBytes(format, width);
      const pixels = new Uint8Array(stride * height);
      const bytes = fromBase64(data);
      decoder.decode(bytes, { width, height, stride, pixels });
      raws.push(pixels);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(bytes.length);
      encoded.push(size, bytes);
    }
    files.set(`${name}.raw`, Uint8Array.from(Buffer.concat(raws)));
    files.set(`${name}.bin`, Uint8Array.from(Buffer.concat(encoded)));
    const { width, height } = images[0]!;
    return {
      name,
      codec: 'glz',
      type: glzTypes[images[0]!.format],
      content: name.slice(name.lastIndexOf('-') + 1),
      width,
      height,
      window_pixels: windowPixels,
      images: images.map((image) => ({
        type: glzTypes[image.format],
        width: image.width,
        height: image.height,
        top_down: image.topDown,
      })),
      raw: `${name}.raw`,
      bin: `${name}.bin`,
    };
  });
  return { entries, files };
}

const indexOf = (entries: readonly unknown[]): string => JSON.stringify({ vectors: entries });
const reader =
  (files: Files) =>
  async (name: string): Promise<Uint8Array> => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`no file ${name}`);
    return file;
  };

const plain = plainVectors();
const glz = glzVectors();
const quicEntry = plain.entries.find(
  ({ codec, type, width }) => codec === 'quic' && type === 'rgb32' && width !== 1,
)!;
const lzEntry = plain.entries.find(
  ({ codec, type, width }) => codec === 'lz' && type === 'rgb32' && width !== 1,
)!;

async function failureOf(change: Partial<Entry>, files = plain.files, entry = quicEntry): Promise<string> {
  const { passed, failed } = await verifyVectors(indexOf([{ ...entry, ...change }]), reader(files));
  expect(passed).toBe(0);
  expect(failed.map(({ name }) => name)).toEqual([entry.name]);
  return failed[0]!.reason;
}

describe('verify', () => {
  it.each([
    ['single images', plain],
    ['sequences', glz],
  ])('passes %s of the reference server', async (_, { entries, files }) => {
    expect(entries.length).toBeGreaterThan(2);
    const result = await verifyVectors(indexOf(entries), reader(files));
    expect(result).toEqual({ passed: entries.length, failed: [] });
  });

  it('says what is wrong with a vector', async () => {
    const { raw, bin } = quicEntry;
    const changed = Uint8Array.from(plain.files.get(raw)!);
    changed[4]! ^= 1;
    expect(await failureOf({}, new Map([...plain.files, [raw, changed]]))).toBe(
      'decodes to other pixels: byte 4 of row 0',
    );
    const cut = plain.files.get(bin)!.slice(0, -4);
    expect(await failureOf({}, new Map([...plain.files, [bin, cut]]))).toContain('quic:');
    expect(await failureOf({ top_down: false }, plain.files, lzEntry)).toBe('decodes to the other row order');
    expect(await failureOf({ type: 'rgba' })).toContain('decodes to format');
    expect(await failureOf({ type: 'rgb64' })).toBe("unknown type 'rgb64'");
    expect(await failureOf({ codec: 'gif' })).toBe("unknown codec 'gif'");
    expect(await failureOf({ height: (quicEntry.height as number) + 1 })).toContain('the file of pixels has');
    expect(await failureOf({ width: 0 })).toContain("'width' is 0");
    expect(await failureOf({ bin: 'nowhere.bin' })).toBe('no file nowhere.bin');
  });

  it('knows that QUIC has the top row first whatever the order of the pixels', async () => {
    const entry = { ...quicEntry, top_down: false };
    const raw = plain.files.get(quicEntry.raw)!;
    const row = raw.length / (quicEntry.height as number);
    const rows = Array.from({ length: quicEntry.height as number }, (_, y) =>
      raw.slice(y * row, (y + 1) * row),
    );
    const upward = Uint8Array.from(Buffer.concat(rows.reverse()));
    const files = new Map([...plain.files, [quicEntry.raw, upward]]);
    expect((await verifyVectors(indexOf([entry]), reader(files))).passed).toBe(1);
    const write = async (_: string, data: Uint8Array): Promise<void> => {
      expect(Buffer.compare(data, plain.files.get(quicEntry.bin)!)).toBe(0);
    };
    expect((await encodeVectors(indexOf([entry]), reader(files), write)).encoded).toBe(1);
  });

  it('ignores padding bits and nothing else', async () => {
    const raw = Uint8Array.from(plain.files.get(quicEntry.raw)!);
    raw[3] = 0xff;
    const files = new Map([...plain.files, [quicEntry.raw, raw]]);
    expect((await verifyVectors(indexOf([quicEntry]), reader(files))).passed).toBe(1);
  });

  it('meets sequences that do not hold what they say', async () => {
    const entry = glz.entries[0]!;
    const whole = glz.files.get(entry.bin)!;
    for (const [bin, reason] of [
      [whole.slice(0, -1), 'the encoded file ends within image'],
      [whole.slice(0, 2), 'the encoded file ends before image 0'],
      [Uint8Array.of(...whole, 0), 'the encoded file goes on behind the last image'],
    ] as const) {
      const files = new Map([...glz.files, [entry.bin, bin]]);
      const { failed } = await verifyVectors(indexOf([entry]), reader(files));
      expect(failed[0]!.reason).toContain(reason);
    }
  });

  it('refuses what is no index', async () => {
    for (const text of ['', '[]', '{"vectors":{}}', 'null']) {
      await expect(verifyVectors(text, reader(new Map()))).rejects.toMatchObject({
        code: 'ERR_VECTOR_INDEX',
      });
    }
  });

  it('reports every entry of any index, and throws for none', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('quic', 'glz', 'rgb32', 3));
    const entry = fc
      .dictionary(fc.constantFrom('name', 'type', 'images', 'width', 'raw', 'window_pixels'), value)
      .map((change) => ({ ...quicEntry, ...change }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(entry, fc.jsonValue()), { maxLength: 5 }), async (entries) => {
        const { passed, failed } = await verifyVectors(indexOf(entries), reader(plain.files));
        expect(passed + failed.length).toBe(entries.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('JPEG and zlib', () => {
  const [width, height] = [37, 21];
  const shape = { type: 'rgba', width, height, raw: 'raw', decoded: 'decoded' };
  const raw = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) raw.set([i & 255, (i >> 2) & 255, 80, (i * 3) & 255], i * 4);
  const decodedBy = (entry: object, bin: Uint8Array, change: (pixels: Uint8Array) => void = () => {}) => {
    const pixels = raw.slice();
    change(pixels);
    const files = new Map([
      ['raw', raw],
      ['bin', bin],
      ['decoded', pixels],
    ]);
    return verifyVectors(indexOf([{ ...entry, bin: 'bin' }]), reader(files));
  };
  const encodeOne = async (entry: object): Promise<Uint8Array> => {
    let bin = new Uint8Array();
    const write = async (_: string, data: Uint8Array): Promise<void> => {
      bin = Uint8Array.from(data);
    };
    const files = new Map([['raw', raw]]);
    const { failed } = await encodeVectors(indexOf([{ ...entry, bin: 'bin' }]), reader(files), write);
    expect(failed).toEqual([]);
    return bin;
  };

  it('lets colours differ by what decoders may round, alpha not at all', async () => {
    const entry = { ...shape, name: 'one colour', codec: 'jpeg_alpha', quality: 100, jpeg_size: 1 };
    for (let i = 0; i < raw.length; i += 4) raw.set([60, 60, 60], i);
    const bin = await encodeOne(entry);
    const jpegBytes = Buffer.from(bin).indexOf(Buffer.from([0xff, 0xd9, 0x20, 0x20])) + 2;
    const whole = { ...entry, jpeg_size: jpegBytes };
    expect((await decodedBy(whole, bin)).failed).toEqual([]);
    const off = await decodedBy(whole, bin, (pixels) => {
      pixels[9]! += 9;
    });
    expect(off.failed[0]!.reason).toMatch(/^decodes to other pixels: byte 9 of row 0 is off by/);
    const alpha = await decodedBy(whole, bin, (pixels) => {
      pixels[7]! ^= 1;
    });
    expect(alpha.failed[0]!.reason).toBe('decodes to other pixels: byte 7 of row 0 is off by 1');
    const short = { ...entry, jpeg_size: jpegBytes, height: height - 1 };
    expect((await decodedBy(short, bin)).failed).toHaveLength(1);
  });

  it('inflates GLZ data of the size that the vector names', async () => {
    for (let i = 0; i < raw.length; i++) raw[i] = ((i % 97) * (1 + (i >> 9))) & 0xf8;
    const entry = { ...shape, name: 'wrapped', codec: 'zlib_glz', glz_data_size: 1 };
    const bin = await encodeOne(entry);
    const { length } = inflateSync(bin);
    expect((await decodedBy({ ...entry, glz_data_size: length }, bin)).failed).toEqual([]);
    expect((await decodedBy({ ...entry, glz_data_size: length - 1 }, bin)).failed[0]!.reason).toContain(
      'zlib-glz:',
    );
  });
});

describe('encode', () => {
  it.each([
    ['single images', plain],
    ['sequences', glz],
  ])('gives files of %s that verify', async (_, { entries, files }) => {
    const encoded: Files = new Map();
    const write = async (name: string, data: Uint8Array): Promise<void> => {
      encoded.set(`${name}.bin`, data);
    };
    const result = await encodeVectors(indexOf(entries), reader(files), write);
    expect(result).toEqual({ encoded: entries.length, failed: [] });
    const again = await verifyVectors(indexOf(entries), reader(new Map([...files, ...encoded])));
    expect(again).toEqual({ passed: entries.length, failed: [] });
    for (const { codec, bin, name } of entries) {
      const byLibrary = codec === 'lz4' || name.includes('crafted');
      if (!byLibrary && Buffer.compare(encoded.get(bin)!, files.get(bin)!) !== 0) {
        throw new Error(`${name} is encoded to other bytes`);
      }
    }
  });

  it('ends when a result cannot be written', async () => {
    const write = () => Promise.reject(new Error('disk full'));
    await expect(encodeVectors(indexOf([quicEntry]), reader(plain.files), write)).rejects.toThrow(
      'disk full',
    );
  });
});
