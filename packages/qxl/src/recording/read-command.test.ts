import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bitmap, commandOf, copyTail, drawing, flatPixels, noMask, parse } from './sample.test-support.js';

function operationOf(body: string): unknown {
  const command = commandOf(drawing(body));
  return command.type === 'draw' ? command.drawable.operation : null;
}

describe('a drawing', () => {
  it('has everything its head says', () => {
    expect(commandOf(drawing('type 0\n'))).toEqual({
      type: 'draw',
      drawable: {
        surfaceId: 7,
        box: { top: 1, left: 2, bottom: 30, right: 40 },
        clip: null,
        effect: 1,
        mmTime: 0xffff_ffff,
        selfBitmapArea: null,
        dependencies: [{ surfaceId: 3, area: { top: 5, left: 6, bottom: 7, right: 8 } }],
        operation: { type: 'nop' },
      },
    });
  });

  it('may be clipped and want its own pixels', () => {
    const rects = Buffer.alloc(32);
    for (const [index, value] of [1, 2, 3, 4, -5, 6, 7, 8].entries()) rects.writeInt32LE(value, index * 4);
    const raw = rects.toString('latin1');
    const chunks = `binary 0 clip_rects 20:${raw.slice(0, 20)}\nbinary 0 clip_rects 12:${raw.slice(20)}\n`;
    const text = drawing('type 4\npoint -3 4\n')
      .replace('type 0\n', `type 1\nnum_rects 2\ndata_chunks 1 32\n${chunks}`)
      .replace(
        'self_bitmap 0\nrect self_bitmap_area 0 0 0 0',
        'self_bitmap 1\nrect self_bitmap_area 1 2 3 4',
      );
    expect(commandOf(text)).toMatchObject({
      drawable: {
        clip: [
          { top: 1, left: 2, bottom: 3, right: 4 },
          { top: -5, left: 6, bottom: 7, right: 8 },
        ],
        selfBitmapArea: { top: 1, left: 2, bottom: 3, right: 4 },
        operation: { type: 'copyBits', source: { x: -3, y: 4 } },
      },
    });
  });

  it('fills with a colour that is written signed', () => {
    expect(operationOf(`type 1\ntype 1\nu.color -5583377\nrop_descriptor 8\n${noMask}`)).toEqual({
      type: 'fill',
      brush: { type: 'solid', color: 0xffaacdef },
      rop: 8,
      mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
    });
  });

  it('copies a bitmap with a palette, and takes only its bits', () => {
    expect(operationOf(`type 3\n${bitmap}${flatPixels}${copyTail}`)).toEqual({
      type: 'copy',
      source: {
        id: 0xffff_ffff_ffff_ffffn,
        flags: 1,
        width: 2,
        height: 2,
        content: {
          type: 'bitmap',
          format: 5,
          topDown: true,
          unstable: true,
          width: 2,
          height: 2,
          stride: 3,
          palette: { unique: 77n, entries: [0xff00_0000, 255] },
          data: new Uint8Array(Buffer.from('ABCDEF')),
        },
      },
      sourceArea: { top: 0, left: 0, bottom: 2, right: 2 },
      rop: 8,
      scaleMode: 1,
      mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
    });
  });

  const pixelsOf = (text: string): string => {
    const operation = operationOf(`type 5\n${text}${copyTail}`) as {
      source: { content: { data: Uint8Array } };
    };
    return Buffer.from(operation.source.content.data).toString('latin1');
  };

  it('takes pixels as a flat blob, as chunks, and compressed', () => {
    const direct = bitmap.replace('bitmap.flags 6', 'bitmap.flags 1');
    const packed = deflateSync('ABCDEF').toString('latin1');
    expect(pixelsOf(`${direct}binary 0 image_data_flat 6:ABCDEF\n`)).toBe('ABCDEF');
    expect(pixelsOf(`${direct}binary 1 image_data_flat 6:${packed.length}:${packed}\n`)).toBe('ABCDEF');
    const parts = 'binary 0 bitmap.data 4:ABCD\nbinary 0 bitmap.data 0:\nbinary 0 bitmap.data 2:EF\n';
    expect(pixelsOf(`${bitmap}data_chunks 2 6\n${parts}`)).toBe('ABCDEF');
  });

  it('takes pixels that look like text', () => {
    expect(pixelsOf(`${bitmap}data_chunks 0 6\nbinary 0 bitmap.data 6:\n \nev\n\n`)).toBe('\n \nev\n');
  });

  it('reads the other operations', () => {
    const source = 'image 0\nrect src_area 1 2 3 4\n';
    const area = { top: 1, left: 2, bottom: 3, right: 4 };
    const mask = { flags: 0, position: { x: 0, y: 0 }, image: null };
    const modes = 'fore_mode 8\nback_mode 16\n';
    expect(operationOf(`type 2\n${source}type 0\nrop_descriptor 8\nscale_mode 0\n${noMask}`)).toEqual({
      type: 'opaque',
      source: null,
      sourceArea: area,
      brush: { type: 'none' },
      rop: 8,
      scaleMode: 0,
      mask,
    });
    expect(operationOf(`type 9\n${source}type 0\nrop3 202\nscale_mode 1\n${noMask}`)).toMatchObject({
      type: 'rop3',
      rop3: 202,
      scaleMode: 1,
    });
    expect(operationOf(`type 6\n${noMask}`)).toEqual({ type: 'blackness', mask });
    expect(operationOf(`type 7\n${noMask}`)).toEqual({ type: 'whiteness', mask });
    expect(operationOf('type 8\nflags 1\npoint -1 2\nimage 0\n')).toEqual({
      type: 'inverse',
      mask: { flags: 1, position: { x: -1, y: 2 }, image: null },
    });
    expect(operationOf(`type 12\n${source}src_color -1\ntrue_color 5\n`)).toEqual({
      type: 'transparent',
      source: null,
      sourceArea: area,
      sourceColor: 0xffff_ffff,
      trueColor: 5,
    });
    expect(operationOf(`type 13\nalpha_flags 2\nalpha 200\n${source}`)).toEqual({
      type: 'alphaBlend',
      alphaFlags: 2,
      alpha: 200,
      source: null,
      sourceArea: area,
    });
    const pattern = 'type 2\nimage 1\ndescriptor.id 9\ndescriptor.type 104\ndescriptor.flags 0\n';
    const tile = 'descriptor.width 8\ndescriptor.height 4\nsurface_image.surface_id 12\npoint 3 4\n';
    expect(operationOf(`type 1\n${pattern}${tile}rop_descriptor 8\n${noMask}`)).toMatchObject({
      brush: {
        type: 'pattern',
        image: { id: 9n, width: 8, height: 4, content: { type: 'surface', surfaceId: 12 } },
        position: { x: 3, y: 4 },
      },
    });
    const quic = 'image 1\ndescriptor.id 9\ndescriptor.type 1\ndescriptor.flags 0\ndescriptor.width 8\n';
    const stream = 'descriptor.height 4\nquic.data_size 3\ndata_chunks 0 3\nbinary 0 quic.data 3:xyz\n';
    expect(operationOf(`type 3\n${quic}${stream}${copyTail}`)).toMatchObject({
      source: { content: { type: 'quic', data: new Uint8Array(Buffer.from('xyz')) } },
    });
    const path = Buffer.from(new Int32Array([5, 2, 16, -32, 48, 64, 2, 1, 1, 2]).buffer).toString('latin1');
    const dashes = Buffer.from(new Int32Array([64, 32]).buffer).toString('latin1');
    const styled = `attr.flags 8\nattr.style_nseg 2\nbinary 0 style 8:${dashes}\ntype 1\nu.color 3\n${modes}`;
    expect(operationOf(`type 10\ndata_chunks 0 40\nbinary 0 path 40:${path}\n${styled}`)).toEqual({
      type: 'stroke',
      path: [
        {
          flags: 5,
          points: [
            { x: 16, y: -32 },
            { x: 48, y: 64 },
          ],
        },
        { flags: 2, points: [{ x: 1, y: 2 }] },
      ],
      attributes: 8,
      style: [64, 32],
      brush: { type: 'solid', color: 3 },
      foreMode: 8,
      backMode: 16,
    });
  });

  it('reads text, glyph by glyph', () => {
    const glyph = (width: number, height: number, rows: string): string => {
      const head = Buffer.alloc(20);
      for (const [index, value] of [10, -20, 1, -2].entries()) head.writeInt32LE(value, index * 4);
      head.writeUInt16LE(width, 16);
      head.writeUInt16LE(height, 18);
      return head.toString('latin1') + rows;
    };
    const run = glyph(9, 2, 'abcd') + glyph(8, 1, 'e');
    const tail = 'rect back_area 0 0 0 0\ntype 1\nu.color 1\ntype 0\nfore_mode 8\nback_mode 8\n';
    const text = `type 11\ndata_size 45\nlength 2\nflags 1\ndata_chunks 0 45\nbinary 0 string 45:${run}\n${tail}`;
    const place = { position: { x: 10, y: -20 }, origin: { x: 1, y: -2 } };
    expect(operationOf(text)).toMatchObject({
      stringFlags: 1,
      glyphs: [
        { ...place, width: 9, height: 2, data: new Uint8Array(Buffer.from('abcd')) },
        { ...place, width: 8, height: 1, data: new Uint8Array(Buffer.from('e')) },
      ],
      foreBrush: { type: 'solid', color: 1 },
      backBrush: { type: 'none' },
    });
    expect(parse(drawing(text.replace('length 2', 'length 3')))[0]).toMatchObject({
      command: null,
      refused: 'not 3 glyphs in 45 bytes',
    });
    expect(parse(drawing(text.replace('flags 1', 'flags 8')))[0]?.refused).toBe('not 2 glyphs in 45 bytes');
  });

  it('composites with transforms and a mask', () => {
    const elements = [65536, 0, -65536, 0, 65536, 3];
    const transform = `binary 0 transform 24:${Buffer.from(new Int32Array(elements).buffer).toString('latin1')}\n`;
    const mask =
      'mask 1\nimage 1\ndescriptor.id 2\ndescriptor.type 104\ndescriptor.flags 0\ndescriptor.width 1\n';
    const text = `type 14\nflags 515\nimage 0\nsrc_transform 1\n${transform}${mask}descriptor.height 1
surface_image.surface_id 4\nmask_transform 0\nsrc_origin -1 2\nmask_origin 3 -4\n`;
    expect(operationOf(text)).toEqual({
      type: 'composite',
      flags: 515,
      source: null,
      mask: { id: 2n, flags: 0, width: 1, height: 1, content: { type: 'surface', surfaceId: 4 } },
      sourceTransform: elements,
      maskTransform: null,
      sourceOrigin: { x: -1, y: 2 },
      maskOrigin: { x: 3, y: -4 },
    });
  });
});

describe('surfaces and cursors', () => {
  const primary = (flags: number): string =>
    `event 0 1 20 1\n2 1 -8 32\n0 1 ${flags} 0\nbinary 0 data 8:12345678\n`;

  it('takes the pixels of a primary only when they are to be kept', () => {
    const create = { type: 'primaryCreate', format: 32, width: 2, height: 1, stride: -8, mouseAllowed: true };
    expect(commandOf(primary(1))).toEqual({ ...create, data: new Uint8Array(Buffer.from('12345678')) });
    expect(commandOf(primary(0))).toEqual({ ...create, data: null });
    expect(commandOf(primary(0).replace(' 20 ', ' 29 '))).toEqual({ ...create, data: null });
  });

  it('reads off-screen surfaces', () => {
    const command = (rest: string): string => `event 0 0 5 1\nsurface_cmd\nsurface_id 4\n${rest}`;
    const size =
      'format 96\nu.surface_create.width 1\nu.surface_create.height 1\nu.surface_create.stride -4\n';
    const create = { type: 'surfaceCreate', surfaceId: 4, format: 96, width: 1, height: 1, stride: -4 };
    expect(commandOf(command(`type 0\nflags 0\nu.surface_create.${size}`))).toEqual({
      ...create,
      data: null,
    });
    expect(commandOf(command(`type 0\nflags 1\nu.surface_create.${size}binary 0 data 4:abcd\n`))).toEqual({
      ...create,
      data: new Uint8Array(Buffer.from('abcd')),
    });
    expect(commandOf(command('type 1\nflags 0\n'))).toEqual({ type: 'surfaceDestroy', surfaceId: 4 });
  });

  it('reads cursor commands', () => {
    const command = (rest: string): string => `event 0 0 3 1\ncursor_cmd\ntype ${rest}`;
    const shape =
      'header.type 1\nheader.width 8\nheader.height 1\nheader.hot_spot_x 2\nheader.hot_spot_y 3\n';
    const data = 'data_size 2\ndata_chunks 0 2\nbinary 0 cursor 2:ab\n';
    const set = `0\npoint16 -5 6\nu.set.visible 1\nheader.unique 12345678901234567890\n${shape}${data}`;
    expect(commandOf(command(set))).toEqual({
      type: 'cursorSet',
      position: { x: -5, y: 6 },
      visible: true,
      shape: {
        unique: 12345678901234567890n,
        type: 1,
        width: 8,
        height: 1,
        hotSpotX: 2,
        hotSpotY: 3,
        data: new Uint8Array(Buffer.from('ab')),
      },
    });
    expect(commandOf(command('1\npoint16 7 -8\n'))).toEqual({
      type: 'cursorMove',
      position: { x: 7, y: -8 },
    });
    expect(commandOf(command('2\n'))).toEqual({ type: 'cursorHide' });
    expect(commandOf(command('3\nu.trail.length 4\nu.trail.frequency 5\n'))).toEqual({
      type: 'cursorTrail',
      length: 4,
      frequency: 5,
    });
  });
});
