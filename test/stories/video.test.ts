import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import type { QxlDisplay } from '../../packages/spice-server/src/display/qxl-display.js';
import { displayCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import { displayClient } from '../../packages/spice-server/src/protocol/generated/display.codec.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import {
  bitmap32,
  copyImage,
  createPrimary,
  difference,
  draw,
  drawable,
  fill,
  imageOf,
  invert,
  paint,
  scroll,
} from '../support/spice/commands.js';
import type { ScriptedClient } from '../support/spice/scripted-client.js';

const mjpegClient = [
  displayCapabilities.sizedStream,
  displayCapabilities.monitorsConfig,
  displayCapabilities.composite,
  displayCapabilities.a8Surface,
  displayCapabilities.streamReport,
  displayCapabilities.lz4Compression,
  displayCapabilities.preferredCompression,
  displayCapabilities.multiCodec,
  displayCapabilities.codecMjpeg,
];
const [left, top, width, height] = [20, 10, 160, 120];
const box = rect(left, top, left + width, top + height);
const frameMs = 40;

/** A smooth picture that moves on by one step. */
const picture = (step: number, w = width, h = height) =>
  bitmap32(
    w,
    h,
    (x, y) => (((x + step * 3) & 0xff) << 16) | (((y * 2 + step) & 0xff) << 8) | ((x + y) & 0xff),
  );

class Cinema {
  readonly bench: Bench;
  readonly display: QxlDisplay;
  #step = 0;

  private constructor(bench: Bench) {
    this.bench = bench;
    this.display = bench.addDisplay().display;
    submitAll(this.display, [createPrimary(320, 200), fill(0x336699, rect(0, 0, 320, 200))]);
  }

  static async open(spice = 'streaming-video=filter'): Promise<Cinema> {
    return new Cinema(await Bench.open({ spice: `disable-ticketing=on,${spice}` }));
  }

  async connect(options: Parameters<Bench['connect']>[0] = {}): Promise<ScriptedClient> {
    const client = this.bench.connect({ displayCapabilities: mjpegClient, ...options });
    await this.bench.settle();
    return client;
  }

  frame(x = left, y = top): void {
    submitAll(this.display, [paint(picture(this.#step++), x, y)]);
  }

  /** Shows `count` frames, with `also` behind each. */
  async play(count: number, also: () => void = () => {}, periodMs = frameMs): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.frame();
      also();
      await this.bench.run(periodMs);
    }
  }

  /** What the client's picture differs in from ours. */
  difference(client: ScriptedClient): string | null {
    return difference(this.display.canvas, client.display().canvas, 0, { ignoreUnused: true });
  }
}

const names = (client: ScriptedClient): string[] => client.screens.get(0)?.channel.names() ?? [];
const count = (client: ScriptedClient, name: string): number =>
  names(client).filter((one) => one === name).length;
const streamsOf = (client: ScriptedClient) => client.display().streams.running;

describe('a moving picture', () => {
  it('becomes a stream after twenty frames, and exact pixels a second after the last', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(20);
    expect(count(client, 'streamCreate')).toBe(0);
    expect(cinema.difference(client)).toBeNull();
    await cinema.play(30);
    const screen = client.screens.get(0);
    const [created] = screen?.channel.received('streamCreate') ?? [];
    expect(created).toMatchObject({ surfaceId: 0, id: 0, flags: 1, codec: 1, destination: box, clip: [box] });
    expect(created).toMatchObject({ streamWidth: width, streamHeight: height, sourceWidth: width });
    expect(count(client, 'streamData')).toBe(30);
    const messages = names(client);
    expect(messages.indexOf('streamActivateReport')).toBe(messages.indexOf('streamCreate') + 1);
    expect(cinema.difference(client)).not.toBeNull();
    await cinema.bench.run(1500);
    expect(streamsOf(client).size).toBe(0);
    expect(names(client).slice(-2)).toEqual(['streamDestroy', 'drawCopy']);
    expect(cinema.difference(client)).toBeNull();
  });

  it('stays pixels when streaming is off, for text, small areas and slow changes', async () => {
    const off = await Cinema.open('streaming-video=off');
    const client = await off.connect();
    await off.play(40);
    expect(count(client, 'streamCreate')).toBe(0);
    const text = await Cinema.open();
    const reader = await text.connect();
    for (let step = 0; step < 60; step++) {
      const letters = bitmap32(width, height, (x, y) =>
        (x * 7 + y * 13 + step * 5) % 11 < 4 ? 0 : 0xffffff,
      );
      submitAll(text.display, [paint(letters, left, top), paint(picture(step, 90, 90), 200, 0)]);
      await text.bench.run(frameMs);
    }
    for (let step = 0; step < 30; step++) {
      submitAll(text.display, [paint(picture(step), 30, 30)]);
      await text.bench.run(250);
    }
    expect(count(reader, 'streamCreate')).toBe(0);
    expect(text.difference(reader)).toBeNull();
  });

  it('of any kind and size is a stream with streaming-video=all', async () => {
    const cinema = await Cinema.open('streaming-video=all');
    const client = await cinema.connect();
    for (let step = 0; step < 25; step++) {
      submitAll(cinema.display, [
        paint(
          bitmap32(70, 70, (x, y) => (x * y * step) & 0xffffff),
          5,
          5,
        ),
      ]);
      await cinema.bench.run(frameMs);
    }
    expect(streamsOf(client).size).toBe(1);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });

  it('that stands still though it is drawn again becomes exact', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30);
    for (let i = 0; i < 40; i++) {
      submitAll(cinema.display, [paint(picture(29), left, top)]);
      await cinema.bench.run(frameMs);
    }
    expect(streamsOf(client).size).toBe(0);
    expect(cinema.difference(client)).toBeNull();
  });

  it('of which little changes any more is ended', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30);
    const still = picture(5);
    for (let i = 0; i < 40; i++) {
      still.data[i * 4] ^= 0xff;
      submitAll(cinema.display, [paint({ ...still, data: still.data.slice() }, left, top)]);
      await cinema.bench.run(frameMs);
    }
    expect(streamsOf(client).size).toBe(0);
    expect(cinema.difference(client)).toBeNull();
  });

  it('runs beside others, each with an id of its own', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    for (let step = 0; step < 40; step++) {
      submitAll(cinema.display, [
        paint(picture(step, 100, 100), 0, 0),
        paint(picture(step, 120, 110), 150, 50),
      ]);
      await cinema.bench.run(frameMs);
    }
    expect([...streamsOf(client).keys()].sort()).toEqual([0, 1]);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });

  it('shows a frame around it with STREAM_DATA_SIZED', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    const old = await cinema.connect({ displayCapabilities: mjpegClient.slice(1) });
    await cinema.play(30);
    for (let step = 0; step < 10; step++) {
      submitAll(cinema.display, [paint(picture(step, width + 20, height + 20), left - 10, top - 10)]);
      await cinema.bench.run(frameMs);
    }
    expect(count(client, 'streamDataSized')).toBe(10);
    expect(count(old, 'streamDataSized')).toBe(0);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
    expect(cinema.difference(old)).toBeNull();
  });

  it('ends with its primary', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30);
    submitAll(cinema.display, [{ type: 'surfacesDestroy' }, createPrimary(300, 180)]);
    await cinema.bench.run(50);
    expect(streamsOf(client).size).toBe(0);
    await cinema.play(30);
    expect(streamsOf(client).size).toBe(1);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });
});

describe('drawing over a stream', () => {
  const over = rect(60, 40, 100, 80);

  it.each([
    ['a fill', () => fill(0xff0000, over)],
    ['pixels', () => paint(picture(7, 40, 40), 60, 40)],
    ['an inversion', () => invert(over)],
    ['a scroll out of it', () => scroll(rect(220, 40, 260, 80), 60, 40)],
    ['a scroll within it', () => scroll(over, 65, 45)],
    ['a clipped fill', () => fill(0x00ff00, over, { clip: [rect(60, 40, 70, 80), rect(90, 40, 95, 50)] })],
  ])('%s is seen, and exact at the end', async (_, command) => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30, () => {});
    await cinema.play(10, () => submitAll(cinema.display, [command()]));
    expect(streamsOf(client).size).toBe(1);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });

  it('by a window on top cuts the clip, so that the window is exact while frames go on', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30);
    submitAll(cinema.display, [fill(0xabcdef, over)]);
    await cinema.bench.run(10);
    const clip = [
      rect(20, 10, 180, 40),
      rect(20, 40, 60, 80),
      rect(100, 40, 180, 80),
      rect(20, 80, 180, 130),
    ];
    for (let step = 40; step < 60; step++) {
      const source = imageOf(picture(step));
      submitAll(cinema.display, [draw(copyImage(source, rect(0, 0, width, height)), box, { clip })]);
      await cinema.bench.run(frameMs);
    }
    expect(count(client, 'streamData')).toBe(30);
    expect(client.display().canvas.readRect(0, over).bytes).toEqual(
      cinema.display.canvas.readRect(0, over).bytes,
    );
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });

  it('reading it into another surface is done with exact pixels', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30);
    const surface = {
      type: 'surfaceCreate',
      surfaceId: 3,
      format: 32,
      width: 50,
      height: 50,
      stride: 200,
      data: null,
    } as const;
    const fromPrimary = drawable(
      copyImage(
        { id: 0n, flags: 0, width: 320, height: 200, content: { type: 'surface', surfaceId: 0 } },
        rect(60, 40, 110, 90),
      ),
      rect(0, 0, 50, 50),
      { surfaceId: 3 },
    );
    const back = drawable(
      copyImage(
        { id: 0n, flags: 0, width: 50, height: 50, content: { type: 'surface', surfaceId: 3 } },
        rect(0, 0, 50, 50),
      ),
      rect(230, 100, 280, 150),
    );
    submitAll(cinema.display, [
      surface,
      { type: 'draw', drawable: fromPrimary },
      { type: 'draw', drawable: back },
    ]);
    await cinema.bench.run(200);
    const copied = rect(230, 100, 280, 150);
    expect(client.display().canvas.readRect(0, copied).bytes).toEqual(
      cinema.display.canvas.readRect(0, copied).bytes,
    );
  });
});

describe('clients of a stream', () => {
  it('join in the middle', async () => {
    const cinema = await Cinema.open();
    const first = await cinema.connect();
    await cinema.play(30);
    const second = await cinema.connect();
    await cinema.play(10);
    expect(streamsOf(second).size).toBe(1);
    expect(count(second, 'streamData')).toBeGreaterThan(5);
    const order = names(second);
    expect(order.indexOf('drawCopy')).toBeLessThan(order.indexOf('streamCreate'));
    await cinema.bench.run(1500);
    expect(cinema.difference(first)).toBeNull();
    expect(cinema.difference(second)).toBeNull();
  });

  it('that ignore clips get whole frames, and all of it exact at the end', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect({ minimal: true, displayCapabilities: [0, 4, 8, 9] });
    await cinema.play(40, () => submitAll(cinema.display, [fill(0xff8800, rect(60, 40, 100, 80))]));
    expect(streamsOf(client).size).toBe(1);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });

  it('that say they cannot decode get pixels', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(25);
    const channel = client.screens.get(0)!.channel;
    const [activated] = channel.received('streamActivateReport');
    channel.send(displayClient.streamReport, {
      streamId: 0,
      uniqueId: activated.uniqueId,
      startFrameMmTime: 0,
      endFrameMmTime: 0,
      numFrames: 0,
      numDrops: 0xffff_ffff,
      lastFrameDelay: 0,
      audioDelay: 0,
    });
    await cinema.bench.run(20);
    expect(streamsOf(client).size).toBe(0);
    await cinema.play(10);
    expect(count(client, 'streamCreate')).toBe(1);
    expect(cinema.difference(client)).toBeNull();
  });

  it('that have given a stream up are believed, but not about one that has just begun', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    const channel = client.screens.get(0)!.channel;
    const unknown = (): void =>
      channel.send(displayClient.streamReport, {
        streamId: 0,
        uniqueId: 0,
        startFrameMmTime: 0,
        endFrameMmTime: 0,
        numFrames: 0,
        numDrops: 0xffff_ffff,
        lastFrameDelay: 0,
        audioDelay: 0,
      });
    await cinema.play(25);
    unknown();
    await cinema.play(25);
    expect(streamsOf(client).size).toBe(1);
    unknown();
    await cinema.play(5);
    expect(streamsOf(client).size).toBe(0);
    expect(cinema.difference(client)).toBeNull();
  });

  it('that are slow lose frames, not time, and end with the exact picture', async () => {
    const cinema = await Cinema.open();
    const fast = await cinema.connect();
    const slow = await cinema.connect();
    slow.bandwidth = 250;
    await cinema.play(600);
    expect(count(slow, 'streamData')).toBeGreaterThan(10);
    expect(count(slow, 'streamData')).toBeLessThan(count(fast, 'streamData') / 2);
    const shown = streamsOf(slow).get(0)!.mmTimes.at(-1)!;
    expect(cinema.bench.clock.now() - shown).toBeLessThan(1000);
    await cinema.bench.run(20_000, 20);
    expect(cinema.difference(slow)).toBeNull();
  });

  it('that stall do not hold the others up, and get the newest picture afterwards', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    await cinema.play(30);
    client.bandwidth = 0;
    await cinema.play(100);
    client.bandwidth = Number.POSITIVE_INFINITY;
    await cinema.bench.run(10);
    const late = count(client, 'streamData');
    await cinema.play(5);
    expect(late).toBeLessThan(60);
    expect(count(client, 'streamData')).toBe(late + 5);
    await cinema.bench.run(1500);
    expect(cinema.difference(client)).toBeNull();
  });

  it('that report late frames are sent less, and more again when they have recovered', async () => {
    const cinema = await Cinema.open();
    const client = await cinema.connect();
    const channel = client.screens.get(0)!.channel;
    await cinema.play(30);
    const [{ uniqueId }] = channel.received('streamActivateReport');
    const report = (lastFrameDelay: number, numDrops: number): void =>
      channel.send(displayClient.streamReport, {
        streamId: 0,
        uniqueId,
        startFrameMmTime: 1,
        endFrameMmTime: 2,
        numFrames: 5,
        numDrops,
        lastFrameDelay,
        audioDelay: 0xffff_ffff,
      });
    const bytes = (): number =>
      channel.received('streamData').reduce((sum, { data }) => sum + data.length, 0);
    const before = bytes();
    await cinema.play(50);
    const wellSent = bytes() - before;
    for (let i = 0; i < 8; i++) {
      await cinema.play(7, undefined, 180);
      report(-50, 3);
    }
    const middle = bytes();
    await cinema.play(50);
    const badlySent = bytes() - middle;
    expect(badlySent).toBeLessThan(wellSent * 0.7);
    for (let i = 0; i < 30; i++) {
      await cinema.play(12, undefined, 180);
      report(350, 0);
    }
    const end = bytes();
    await cinema.play(50);
    expect(bytes() - end).toBeGreaterThan(badlySent * 1.3);
  });
});
