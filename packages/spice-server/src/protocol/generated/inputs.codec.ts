// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import { decodeBaseClient, decodeBaseServer, type BaseClientMessage, type BaseServerMessage } from './base.codec.js';
import type * as declared from '../inputs.js';

export type InputsServerMessage =
  | { readonly name: 'init'; readonly body: InputsInit }
  | { readonly name: 'keyModifiers'; readonly body: InputsKeyModifiers }
  | { readonly name: 'mouseMotionAck'; readonly body: InputsMouseMotionAck }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeInputsServer(type: number, reader: Reader): InputsServerMessage {
  switch (type) {
    case 101:
      reader.context = 'inputs.init';
      return { name: 'init', body: decodeInputsInit(reader) };
    case 102:
      reader.context = 'inputs.keyModifiers';
      return { name: 'keyModifiers', body: decodeInputsKeyModifiers(reader) };
    case 111:
      return { name: 'mouseMotionAck', body: {} };
    default:
      return decodeBaseServer(type, reader, 'inputs');
  }
}

export const inputsServer = {
  init: { id: 101, encode: encodeInputsInit },
  keyModifiers: { id: 102, encode: encodeInputsKeyModifiers },
  mouseMotionAck: { id: 111, encode: encodeInputsMouseMotionAck },
} as const;

export type InputsInit = Body<typeof declared.inputs.server.init>;
export function encodeInputsInit(writer: Writer, value: InputsInit): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, value.modifiers, true);
}

function decodeInputsInit(reader: Reader): InputsInit {
  const view = reader.view;
  const at = reader.take(2);
  return { modifiers: view.getUint16(at, true) };
}

export type InputsKeyModifiers = Body<typeof declared.inputs.server.keyModifiers>;
export function encodeInputsKeyModifiers(writer: Writer, value: InputsKeyModifiers): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, value.modifiers, true);
}

function decodeInputsKeyModifiers(reader: Reader): InputsKeyModifiers {
  const view = reader.view;
  const at = reader.take(2);
  return { modifiers: view.getUint16(at, true) };
}

export type InputsMouseMotionAck = Body<typeof declared.inputs.server.mouseMotionAck>;
export function encodeInputsMouseMotionAck(_writer: Writer, _value: InputsMouseMotionAck): void {}

export type InputsClientMessage =
  | { readonly name: 'keyDown'; readonly body: InputsClientKeyDown }
  | { readonly name: 'keyUp'; readonly body: InputsClientKeyUp }
  | { readonly name: 'keyModifiers'; readonly body: InputsClientKeyModifiers }
  | { readonly name: 'keyScancode'; readonly body: InputsClientKeyScancode }
  | { readonly name: 'mouseMotion'; readonly body: InputsClientMouseMotion }
  | { readonly name: 'mousePosition'; readonly body: InputsClientMousePosition }
  | { readonly name: 'mousePress'; readonly body: InputsClientMousePress }
  | { readonly name: 'mouseRelease'; readonly body: InputsClientMouseRelease }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeInputsClient(type: number, reader: Reader): InputsClientMessage {
  switch (type) {
    case 101:
      reader.context = 'inputs.keyDown';
      return { name: 'keyDown', body: decodeInputsClientKeyDown(reader) };
    case 102:
      reader.context = 'inputs.keyUp';
      return { name: 'keyUp', body: decodeInputsClientKeyUp(reader) };
    case 103:
      reader.context = 'inputs.keyModifiers';
      return { name: 'keyModifiers', body: decodeInputsClientKeyModifiers(reader) };
    case 104:
      reader.context = 'inputs.keyScancode';
      return { name: 'keyScancode', body: decodeInputsClientKeyScancode(reader) };
    case 111:
      reader.context = 'inputs.mouseMotion';
      return { name: 'mouseMotion', body: decodeInputsClientMouseMotion(reader) };
    case 112:
      reader.context = 'inputs.mousePosition';
      return { name: 'mousePosition', body: decodeInputsClientMousePosition(reader) };
    case 113:
      reader.context = 'inputs.mousePress';
      return { name: 'mousePress', body: decodeInputsClientMousePress(reader) };
    case 114:
      reader.context = 'inputs.mouseRelease';
      return { name: 'mouseRelease', body: decodeInputsClientMouseRelease(reader) };
    default:
      return decodeBaseClient(type, reader, 'inputs');
  }
}

export const inputsClient = {
  keyDown: { id: 101, encode: encodeInputsClientKeyDown },
  keyUp: { id: 102, encode: encodeInputsClientKeyUp },
  keyModifiers: { id: 103, encode: encodeInputsClientKeyModifiers },
  keyScancode: { id: 104, encode: encodeInputsClientKeyScancode },
  mouseMotion: { id: 111, encode: encodeInputsClientMouseMotion },
  mousePosition: { id: 112, encode: encodeInputsClientMousePosition },
  mousePress: { id: 113, encode: encodeInputsClientMousePress },
  mouseRelease: { id: 114, encode: encodeInputsClientMouseRelease },
} as const;

export type InputsClientKeyDown = Body<typeof declared.inputs.client.keyDown>;
export function encodeInputsClientKeyDown(writer: Writer, value: InputsClientKeyDown): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.code, true);
}

function decodeInputsClientKeyDown(reader: Reader): InputsClientKeyDown {
  const view = reader.view;
  const at = reader.take(4);
  return { code: view.getUint32(at, true) };
}

export type InputsClientKeyUp = Body<typeof declared.inputs.client.keyUp>;
export function encodeInputsClientKeyUp(writer: Writer, value: InputsClientKeyUp): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.code, true);
}

function decodeInputsClientKeyUp(reader: Reader): InputsClientKeyUp {
  const view = reader.view;
  const at = reader.take(4);
  return { code: view.getUint32(at, true) };
}

export type InputsClientKeyModifiers = Body<typeof declared.inputs.client.keyModifiers>;
export function encodeInputsClientKeyModifiers(writer: Writer, value: InputsClientKeyModifiers): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, value.modifiers, true);
}

function decodeInputsClientKeyModifiers(reader: Reader): InputsClientKeyModifiers {
  const view = reader.view;
  const at = reader.take(2);
  return { modifiers: view.getUint16(at, true) };
}

export type InputsClientKeyScancode = Body<typeof declared.inputs.client.keyScancode>;
export function encodeInputsClientKeyScancode(writer: Writer, value: InputsClientKeyScancode): void {
  writer.count(value.scancodes.byteLength, 2048, 'inputs.keyScancode.scancodes');
  writer.bytes(value.scancodes);
}

function decodeInputsClientKeyScancode(reader: Reader): InputsClientKeyScancode {
  const scancodes = reader.rest(2048, 'scancodes');
  return { scancodes };
}

export type InputsClientMouseMotion = Body<typeof declared.inputs.client.mouseMotion>;
export function encodeInputsClientMouseMotion(writer: Writer, value: InputsClientMouseMotion): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setInt32(at, value.dx, true);
  out.setInt32(at + 4, value.dy, true);
  out.setUint16(at + 8, value.buttons, true);
}

function decodeInputsClientMouseMotion(reader: Reader): InputsClientMouseMotion {
  const view = reader.view;
  const at = reader.take(10);
  return {
    dx: view.getInt32(at, true),
    dy: view.getInt32(at + 4, true),
    buttons: view.getUint16(at + 8, true),
  };
}

export type InputsClientMousePosition = Body<typeof declared.inputs.client.mousePosition>;
export function encodeInputsClientMousePosition(writer: Writer, value: InputsClientMousePosition): void {
  const at = writer.reserve(11);
  const out = writer.view;
  out.setUint32(at, value.x, true);
  out.setUint32(at + 4, value.y, true);
  out.setUint16(at + 8, value.buttons, true);
  out.setUint8(at + 10, value.displayId);
}

function decodeInputsClientMousePosition(reader: Reader): InputsClientMousePosition {
  const view = reader.view;
  const at = reader.take(11);
  return {
    x: view.getUint32(at, true),
    y: view.getUint32(at + 4, true),
    buttons: view.getUint16(at + 8, true),
    displayId: view.getUint8(at + 10),
  };
}

export type InputsClientMousePress = Body<typeof declared.inputs.client.mousePress>;
export function encodeInputsClientMousePress(writer: Writer, value: InputsClientMousePress): void {
  const at = writer.reserve(3);
  const out = writer.view;
  out.setUint8(at, value.button);
  out.setUint16(at + 1, value.buttons, true);
}

function decodeInputsClientMousePress(reader: Reader): InputsClientMousePress {
  const view = reader.view;
  const at = reader.take(3);
  return { button: view.getUint8(at), buttons: view.getUint16(at + 1, true) };
}

export type InputsClientMouseRelease = Body<typeof declared.inputs.client.mouseRelease>;
export function encodeInputsClientMouseRelease(writer: Writer, value: InputsClientMouseRelease): void {
  const at = writer.reserve(3);
  const out = writer.view;
  out.setUint8(at, value.button);
  out.setUint16(at + 1, value.buttons, true);
}

function decodeInputsClientMouseRelease(reader: Reader): InputsClientMouseRelease {
  const view = reader.view;
  const at = reader.take(3);
  return { button: view.getUint8(at), buttons: view.getUint16(at + 1, true) };
}
