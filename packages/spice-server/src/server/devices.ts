import type {
  CharDeviceInterface,
  ClientMonitor,
  FlushLevel,
  QxlInterface,
  SpiceInterface,
  StreamingVideo,
} from '@lazyspice/core';
import { AgentHub } from '../agent/agent-hub.js';
import type { AgentMouse } from '../agent/agent-mouse.js';
import { InputDevices } from '../channels/input-devices.js';
import type { MouseModeState } from '../channels/main.js';
import { PortService } from '../channels/port-service.js';
import { SmartcardService } from '../channels/smartcard-service.js';
import { UsbredirService } from '../channels/usbredir-service.js';
import { QxlDisplay } from '../display/qxl-display.js';
import { channelTypes } from '../protocol/channel-types.js';
import { type ChannelPlace, CharDevices, type CharServing } from './char-devices.js';
import type { Log } from './events.js';
import { PointerMode } from './pointer-mode.js';
import { Sound } from './sound.js';

/** Channel ids are a byte on the wire. */
const maxChannelId = 255;

/** What the devices cause at the clients. */
export interface DeviceAudience {
  ledsChanged(leds: number): void;
  mouseModeChanged(state: MouseModeState): void;
  displayAdded(channelId: number): void;
  displayRemoved(channelId: number): void;
  /** A channel over a character device or for sound came into being, or is gone. */
  channelAdded(place: ChannelPlace): void;
  channelRemoved(place: ChannelPlace): void;
  /** The server's clock, ms, and which moving pictures are to be sent as video. */
  now(): number;
  streamingVideo(): StreamingVideo;
  /** Resolves when the clients of this display have been handed what it caused. */
  flush(channelId: number, level: FlushLevel): Promise<void>;
}

/** What clients may do through the guest's agent. */
export interface AgentPermissions {
  copyPaste(): boolean;
  fileTransfer(): boolean;
  mouse(): boolean;
}

/** The machine's devices in use: one each of keyboard, mouse, tablet, playback and record, any number of displays. */
export class Devices {
  readonly inputs: InputDevices;
  readonly displays = new Map<number, QxlDisplay>();
  readonly pointer: PointerMode;
  readonly chardevs: CharDevices;
  readonly agent: AgentHub;
  readonly sound: Sound;
  readonly #audience: DeviceAudience;
  readonly #log: Log;
  readonly #agentMay: AgentPermissions;

  /** @param now ms, monotonic. */
  constructor(
    audience: DeviceAudience,
    log: Log,
    now: () => number,
    agentMay: AgentPermissions = { copyPaste: () => true, fileTransfer: () => true, mouse: () => true },
  ) {
    this.#audience = audience;
    this.#log = log;
    this.inputs = new InputDevices((leds) => audience.ledsChanged(leds));
    this.agent = new AgentHub({
      copyPaste: agentMay.copyPaste,
      fileTransfer: agentMay.fileTransfer,
      setMonitors: (monitors) => this.setClientMonitors(monitors),
      graphics: () => [],
      mouseChanged: () => this.pointer.update(),
      failed: (error) => log.warn(`${error.message}; it is given up until it comes anew`),
    });
    this.chardevs = new CharDevices(
      {
        channelAdded: (place) => audience.channelAdded(place),
        channelRemoved: (place) => audience.channelRemoved(place),
        failed: (message) => log.warn(message),
      },
      (device) => this.#serving(device),
    );
    this.#agentMay = agentMay;
    this.pointer = new PointerMode(
      this.inputs,
      this.displays,
      (state) => audience.mouseModeChanged(state),
      () => this.agentMouse !== null,
    );
    this.sound = new Sound(audience, log, now);
  }

  /** The pointer in the hands of the agent; null: the tablet or the mouse has it. */
  get agentMouse(): AgentMouse | null {
    return this.#agentMay.mouse() && this.agent.takesMouse ? this.agent.mouse : null;
  }

  /**
   * Takes a device into use; returns what takes it out again. Of the kinds that there is one of, a later device replaces the
   * one before.
   * @throws RangeError for a display whose channel id is taken or not in 0..255.
   * @throws SpiceServerError for a character device of a type that is not served.
   */
  add(instance: SpiceInterface): () => void {
    const remove = this.#use(instance);
    let used = true;
    return () => {
      if (!used) return;
      used = false;
      remove();
    };
  }

  /**
   * Gives the monitors that a client wants, at most 256, to the displays, if each of them takes such wishes. False: no
   * display has them; they are the guest agent's.
   */
  setClientMonitors(monitors: readonly ClientMonitor[]): boolean {
    const displays = [...this.displays.values()];
    if (displays.length === 0 || !displays.every(({ takesMonitors }) => takesMonitors)) return false;
    for (const display of displays) display.setClientMonitors(monitors);
    return true;
  }

  #use(instance: SpiceInterface): () => void {
    switch (instance.kind) {
      case 'qxl':
        return this.#addDisplay(instance);
      case 'chardev':
        return this.chardevs.add(instance);
      case 'keyboard':
        this.inputs.keyboard = instance;
        instance.attached?.({
          setLeds: (leds) => {
            if (this.inputs.keyboard === instance) this.inputs.setLeds(leds);
          },
        });
        return () => {
          if (this.inputs.keyboard === instance) this.inputs.keyboard = null;
          instance.detached?.();
        };
      case 'mouse':
        this.inputs.mouse = instance;
        instance.attached?.({});
        return () => {
          if (this.inputs.mouse === instance) this.inputs.mouse = null;
          instance.detached?.();
        };
      case 'tablet':
        this.inputs.tablet = instance;
        instance.attached?.({});
        this.pointer.update();
        return () => {
          if (this.inputs.tablet === instance) this.inputs.tablet = null;
          this.pointer.update();
          instance.detached?.();
        };
      case 'playback':
        return this.sound.addPlayback(instance);
      case 'record':
        return this.sound.addRecord(instance);
    }
  }

  /** How each type of character device is served; null: it is not. */
  #serving(device: CharDeviceInterface): CharServing | null {
    switch (device.type) {
      case 'vdagent':
        if (this.agent.isServed) throw new RangeError('there is an agent device already');
        return { channel: null, make: (pipe) => this.agent.serve(pipe) };
      case 'port':
        return portServing(device.portName ?? '');
      case 'webdav':
        return portServing(portNames.webdav);
      case 'usbredir':
        return { channel: channelTypes.usbredir, make: (pipe) => new UsbredirService(pipe) };
      case 'smartcard':
        return { channel: channelTypes.smartcard, make: (pipe) => new SmartcardService(pipe) };
      default:
        return null;
    }
  }

  #addDisplay(instance: QxlInterface): () => void {
    const { channelId } = instance;
    if (!(Number.isInteger(channelId) && channelId >= 0 && channelId <= maxChannelId)) {
      throw new RangeError(`a display's channel id is in 0..${maxChannelId}, not ${channelId}`);
    }
    if (this.displays.has(channelId)) {
      throw new RangeError(`there is a display with channel id ${channelId} already`);
    }
    const display = new QxlDisplay({
      clientMouseMode: () => this.pointer.isClient,
      primaryChanged: () => this.pointer.update(),
      badCommand: (message) => this.#log.warn(`display ${channelId}: ${message}`),
      flush: (level) => this.#audience.flush(channelId, level),
      device: instance,
      video: { mode: () => this.#audience.streamingVideo(), now: () => this.#audience.now() },
    });
    this.displays.set(channelId, display);
    this.pointer.update();
    this.#audience.displayAdded(channelId);
    instance.attached?.(display);
    return () => {
      this.displays.delete(channelId);
      this.#audience.displayRemoved(channelId);
      display.close();
      this.pointer.update();
      instance.detached?.();
    };
  }
}

/** Names that say what a port is for: protocol §5.8. */
const portNames = { webdav: 'org.spice-space.webdav.0', stream: 'org.spice-space.stream.0' } as const;

/** Null: it is a device of another kind, which is not served. */
function portServing(name: string): CharServing | null {
  if (name === portNames.stream) return null;
  if (name !== portNames.webdav) {
    return { channel: channelTypes.port, make: (pipe) => new PortService(pipe, name) };
  }
  return { channel: channelTypes.webdav, make: (pipe) => new PortService(pipe, name, 'webdav') };
}
