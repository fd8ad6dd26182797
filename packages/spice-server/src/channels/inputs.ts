import { Reader } from '@lazyspice/core';
import type { AgentMouse } from '../agent/agent-mouse.js';
import { decodeInputsClient, inputsServer } from '../protocol/generated/inputs.codec.js';
import { Channel, type ChannelHost } from './channel.js';
import { HeldKeys } from './held-keys.js';
import { deviceButtons, type InputDevices } from './input-devices.js';

/** Motions that one acknowledgement stands for: protocol §5.3. */
const motionsPerAck = 4;
const wheelUp = 4;
const wheelDown = 5;

export interface InputsContext {
  readonly devices: InputDevices;
  /** Clients place the pointer themselves (absolute positions) at the moment. */
  clientMouseMode(): boolean;
  /** In client mode the agent has the pointer; null: the tablet has it. */
  agentMouse(): AgentMouse | null;
  /** Where monitor `displayId` lies on the tablet's surface, in pixels. */
  monitorOrigin(displayId: number): { readonly x: number; readonly y: number };
}

/** Keys and pointer of one client: protocol §5.3, display-pipeline §18. */
export class InputsChannel extends Channel {
  readonly name = 'inputs';
  readonly #context: InputsContext;
  readonly #held = new HeldKeys();
  #motions = 0;
  #buttons = 0;
  /** What waits for room in the stream: a client that does not read costs no memory. */
  #acksDue = 0;
  #ledsDue: number | null = null;

  constructor(id: number, miniHeader: boolean, host: ChannelHost, context: InputsContext) {
    super(id, miniHeader, host);
    this.#context = context;
  }

  start(): void {
    this.send(inputsServer.init, { modifiers: this.#context.devices.leds });
    this.host.outgoingReady();
  }

  /** The keyboard's lights changed. */
  ledsChanged(leds: number): void {
    this.#ledsDue = leds;
    this.host.outgoingReady();
  }

  override get wakeAt(): number | null {
    return this.#context.devices.wakeAt;
  }

  override tick(now: number): void {
    this.#context.devices.tick(now);
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#acksDue === 0 && this.#ledsDue === null;
  }

  /** Keys and buttons that the client leaves down are released. */
  override close(): void {
    for (const byte of this.#held.releaseAll()) this.#key(byte, 0);
    if (this.#buttons !== 0) this.#press(0);
  }

  receive(type: number, body: Uint8Array, now: number): void {
    const message = decodeInputsClient(type, new Reader(body));
    switch (message.name) {
      case 'keyDown':
      case 'keyUp':
        return this.#keyCode(message.body.code, now);
      case 'keyScancode':
        for (const byte of message.body.scancodes) this.#key(byte, now);
        return;
      case 'keyModifiers':
        return this.#context.devices.wantLeds(message.body.modifiers, now);
      case 'mouseMotion':
        return this.#motion(message.body.dx, message.body.dy, message.body.buttons);
      case 'mousePosition':
        return this.#position(message.body);
      case 'mousePress':
        return this.#wheelOrPress(message.body.button, message.body.buttons);
      case 'mouseRelease':
        if (message.body.button !== wheelUp && message.body.button !== wheelDown)
          this.#press(message.body.buttons);
        return;
      default:
        return this.receiveBase(message);
    }
  }

  protected override fill(budget: number): void {
    for (; this.#acksDue > 0 && this.outbox.length < budget; this.#acksDue--) {
      this.send(inputsServer.mouseMotionAck, {});
    }
    if (this.#ledsDue === null) return;
    this.send(inputsServer.keyModifiers, { modifiers: this.#ledsDue });
    this.#ledsDue = null;
  }

  /** Up to four scancode bytes, low byte first, ended by a zero byte. */
  #keyCode(code: number, now: number): void {
    for (let rest = code; (rest & 0xff) !== 0; rest >>>= 8) this.#key(rest & 0xff, now);
  }

  #key(byte: number, now: number): void {
    const { devices } = this.#context;
    devices.scancode(byte);
    const change = this.#held.push(byte);
    if (change !== null) devices.keyChanged(change, now);
  }

  #motion(dx: number, dy: number, mask: number): void {
    this.#countMotion();
    if (this.#context.clientMouseMode()) return;
    this.#buttons = mask;
    this.#context.devices.mouse?.motion(dx, dy, 0, deviceButtons(mask));
  }

  #position(at: {
    readonly x: number;
    readonly y: number;
    readonly buttons: number;
    readonly displayId: number;
  }): void {
    this.#countMotion();
    if (!this.#context.clientMouseMode()) return;
    this.#buttons = at.buttons;
    const agent = this.#context.agentMouse();
    if (agent !== null) return agent.position(at.x, at.y, at.buttons, at.displayId);
    const origin = this.#context.monitorOrigin(at.displayId);
    this.#context.devices.tablet?.position(at.x + origin.x, at.y + origin.y, deviceButtons(at.buttons));
  }

  #wheelOrPress(button: number, mask: number): void {
    if (button !== wheelUp && button !== wheelDown) return this.#press(mask);
    const dz = button === wheelUp ? -1 : 1;
    const { devices } = this.#context;
    const buttons = deviceButtons(mask);
    const agent = this.#context.agentMouse();
    if (!this.#context.clientMouseMode()) devices.mouse?.motion(0, 0, dz, buttons);
    else if (agent !== null) agent.wheel(dz, mask);
    else devices.tablet?.wheel(dz, buttons);
  }

  #press(mask: number): void {
    const { devices } = this.#context;
    this.#buttons = mask;
    const agent = this.#context.agentMouse();
    if (this.#context.clientMouseMode() && agent !== null) agent.buttons(mask);
    else if (this.#context.clientMouseMode()) devices.tablet?.buttons(deviceButtons(mask));
    else devices.mouse?.buttons(deviceButtons(mask));
  }

  #countMotion(): void {
    this.#motions++;
    if (this.#motions < motionsPerAck) return;
    this.#motions = 0;
    this.#acksDue++;
    this.host.outgoingReady();
  }
}
