import { type Drawable, Reader } from '@lazyspice/core';
import { DisplayQueue, type SurfaceInfo } from '../display/queue/display-queue.js';
import type { DisplayItem } from '../display/queue/items.js';
import type { DisplayListener, QxlDisplay } from '../display/qxl-display.js';
import { displayCapabilities } from '../protocol/capabilities.js';
import { decodeDisplayClient, displayServer } from '../protocol/generated/display.codec.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';
import type { DisplayAbilities } from './display-abilities.js';
import { croppedCopy, pixelImage, wireBrush, wireMask } from './wire-images.js';

const ropPut = 8;
const scaleNearest = 1;
const primaryFlag = 1;
const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null } as const;
/** A client that opens the channel must say what it can take within this time, in ms. */
const initLimitMs = 30_000;

/** What a display shows, towards one client: protocol §5.2, display-pipeline §7. */
export class DisplayChannel extends Channel implements DisplayListener {
  readonly name = 'display';
  readonly #display: QxlDisplay;
  readonly #abilities: DisplayAbilities;
  readonly #queue: DisplayQueue;
  #ready = false;
  #initBy: number | null = null;

  constructor(
    id: number,
    miniHeader: boolean,
    host: ChannelHost,
    display: QxlDisplay,
    abilities: DisplayAbilities,
  ) {
    super(id, miniHeader, host);
    this.#display = display;
    this.#abilities = abilities;
    this.#queue = new DisplayQueue(display.canvas, abilities);
  }

  start(now: number): void {
    this.#initBy = now + initLimitMs;
    this.sendSetAck();
  }

  override get wakeAt(): number | null {
    return this.#initBy;
  }

  override tick(now: number): void {
    if (this.#initBy !== null && now >= this.#initBy) throw new ChannelError('display: no INIT');
  }

  override close(): void {
    this.#display.removeListener(this);
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#queue.isEmpty;
  }

  receive(type: number, body: Uint8Array): void {
    const message = decodeDisplayClient(type, new Reader(body));
    switch (message.name) {
      case 'init':
        return this.#init();
      // Images are not compressed and no video is sent: there is nothing to prefer or to report on.
      case 'preferredCompression':
      case 'preferredVideoCodec':
      case 'streamReport':
        return;
      case 'glDrawDone':
        throw new ChannelError('display: glDrawDone without glDraw');
      default:
        return this.receiveBase(message);
    }
  }

  surfaceCreated(info: SurfaceInfo, image: boolean): void {
    this.#queue.surfaceCreated(info, image);
    this.host.outgoingReady();
  }

  surfaceDestroyed(surfaceId: number): void {
    this.#queue.surfaceDestroyed(surfaceId);
    this.host.outgoingReady();
  }

  surfacesDestroyed(): void {
    this.#queue.allDestroyed();
    this.#queue.push({ type: 'invalidatePalettes' });
    this.#queue.push({ type: 'destroyStreams' });
    this.host.outgoingReady();
  }

  primaryReady(): void {
    this.monitorsChanged();
    this.#queue.push({ type: 'mark' });
    this.host.outgoingReady();
  }

  drawn(drawable: Drawable): void {
    this.#queue.drawn(drawable);
    this.host.outgoingReady();
  }

  monitorsChanged(): void {
    const { heads, maxHeads } = this.#display;
    if (heads.length === 0 || !this.#abilities.has(displayCapabilities.monitorsConfig)) return;
    this.#queue.monitorsConfig(maxHeads, heads);
    this.host.outgoingReady();
  }

  protected override fill(budget: number): void {
    while (this.outbox.length < budget && this.acks.isOpen) {
      const item = this.#queue.next();
      if (item === null) return;
      this.#send(item);
    }
  }

  #init(): void {
    if (this.#ready) throw new ChannelError('display: a second INIT');
    this.#ready = true;
    this.#initBy = null;
    this.#display.addListener(this);
    this.#queue.push({ type: 'invalidatePalettes' });
    const { primary } = this.#display;
    if (primary !== undefined) {
      this.#queue.surfaceCreated(primary, true);
      this.primaryReady();
    }
    this.host.outgoingReady();
  }

  #send(item: DisplayItem): void {
    switch (item.type) {
      case 'surfaceCreate': {
        const { surfaceId, width, height, format } = item;
        const flags = surfaceId === 0 ? primaryFlag : 0;
        return this.send(displayServer.surfaceCreate, { surfaceId, width, height, format, flags });
      }
      case 'surfaceDestroy':
        return this.send(displayServer.surfaceDestroy, { surfaceId: item.surfaceId });
      case 'draw':
        return this.#sendDrawable(item.drawable);
      case 'image':
        return this.send(displayServer.drawCopy, {
          surfaceId: item.surfaceId,
          box: item.area,
          clip: null,
          source: pixelImage(item.area, item.pixels),
          sourceArea: {
            top: 0,
            left: 0,
            bottom: item.area.bottom - item.area.top,
            right: item.area.right - item.area.left,
          },
          rop: ropPut,
          scaleMode: scaleNearest,
          mask: noMask,
        });
      case 'monitorsConfig':
        return this.send(displayServer.monitorsConfig, { maxAllowed: item.maxAllowed, heads: item.heads });
      case 'invalidatePalettes':
        return this.send(displayServer.invalAllPalettes, {});
      case 'destroyStreams':
        return this.send(displayServer.streamDestroyAll, {});
      case 'mark':
        return this.send(displayServer.mark, {});
    }
  }

  #sendDrawable(drawable: Drawable): void {
    const { surfaceId, box, clip, operation } = drawable;
    switch (operation.type) {
      case 'fill': {
        const { rop } = operation;
        const brush = wireBrush(operation.brush);
        const mask = wireMask(operation.mask);
        return this.send(displayServer.drawFill, { surfaceId, box, clip, brush, rop, mask });
      }
      case 'copyBits':
        return this.send(displayServer.copyBits, { surfaceId, box, clip, source: operation.source });
      case 'copy': {
        const { source, sourceArea, rop, scaleMode, mask } = operation;
        if (source === null) break;
        const parts = croppedCopy(drawable, source, sourceArea, mask);
        return this.send(displayServer.drawCopy, {
          surfaceId,
          clip,
          ...parts,
          rop,
          scaleMode,
          mask: wireMask(mask),
        });
      }
    }
    // INVARIANT: the queue holds only what DisplayAbilities.draw accepts.
    throw new ChannelError(`display: a ${operation.type} command cannot be sent`);
  }
}
