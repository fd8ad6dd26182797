import {
  decodeClipboardSelection,
  decodeClipboardSerial,
  decodeClipboardType,
  encodeClipboardSelection,
  encodeClipboardSerial,
  encodeClipboardType,
} from '../generated/agent.codec.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import type { AgentCapabilities } from './capability-words.js';
import { agentCapabilities, ClipboardSelections } from './protocol.js';

/** What clipboard messages between two sides have, as both have announced it. */
export interface ClipboardForm {
  /** They name their selection; otherwise it is the clipboard. */
  readonly selection: boolean;
  /** Grabs are numbered. */
  readonly serial: boolean;
}

export const clipboardForm = (one: AgentCapabilities, other: AgentCapabilities): ClipboardForm => {
  const both = (bit: number): boolean => one.has(bit) && other.has(bit);
  return {
    selection: both(agentCapabilities.clipboardSelection),
    serial: both(agentCapabilities.clipboardGrabSerial),
  };
};

export interface ClipboardGrab {
  readonly selection: number;
  /** 0 where grabs are not numbered. */
  readonly serial: number;
  readonly types: readonly number[];
}

const reserved = new Uint8Array(3);

const readSelection = (reader: Reader, form: ClipboardForm): number =>
  form.selection ? decodeClipboardSelection(reader).selection : ClipboardSelections.clipboard;

/** @throws WireError when it is cut. An incomplete last type is ignored. */
export function decodeGrab(content: Uint8Array, form: ClipboardForm): ClipboardGrab {
  const reader = new Reader(content, 'agent.clipboardGrab');
  const selection = readSelection(reader, form);
  const serial = form.serial ? decodeClipboardSerial(reader).serial : 0;
  const types: number[] = [];
  while (reader.remaining >= 4) types.push(decodeClipboardType(reader).type);
  return { selection, serial, types };
}

/** The selection of a release. @throws WireError */
export const decodeRelease = (content: Uint8Array, form: ClipboardForm): number =>
  readSelection(new Reader(content, 'agent.clipboardRelease'), form);

/** A request, or the beginning of contents; `length`: the bytes that it takes. @throws WireError */
export function decodeSelectionAndType(
  content: Uint8Array,
  form: ClipboardForm,
): { readonly selection: number; readonly type: number; readonly length: number } {
  const reader = new Reader(content, 'agent.clipboard');
  const selection = readSelection(reader, form);
  const { type } = decodeClipboardType(reader);
  return { selection, type, length: reader.at };
}

const encode = (form: ClipboardForm, selection: number, rest: (writer: Writer) => void): Uint8Array => {
  const writer = new Writer();
  if (form.selection) encodeClipboardSelection(writer, { selection, reserved });
  rest(writer);
  return Uint8Array.from(Buffer.concat(writer.chunks()));
};

export const encodeGrab = ({ selection, serial, types }: ClipboardGrab, form: ClipboardForm): Uint8Array =>
  encode(form, selection, (writer) => {
    if (form.serial) encodeClipboardSerial(writer, { serial });
    for (const type of types) encodeClipboardType(writer, { type });
  });

export const encodeRelease = (selection: number, form: ClipboardForm): Uint8Array =>
  encode(form, selection, () => {});

export const encodeSelectionAndType = (selection: number, type: number, form: ClipboardForm): Uint8Array =>
  encode(form, selection, (writer) => encodeClipboardType(writer, { type }));
