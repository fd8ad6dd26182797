import type { Fields, InferFields } from './kinds.js';

/** One message: its number on the channel and the fields of its body. */
export interface MessageDeclaration<F extends Fields> {
  readonly id: number;
  readonly fields: F;
  /** Says what it is for; goes into the documentation. */
  readonly summary: string;
  /** Greatest body in bytes; null: the channel's. */
  readonly maxBody: number | null;
}
export const message = <const F extends Fields>(
  id: number,
  fields: F,
  summary: string,
  options: { maxBody?: number } = {},
): MessageDeclaration<F> => ({ id, fields, summary, maxBody: options.maxBody ?? null });

export type Body<M> = M extends MessageDeclaration<infer F> ? InferFields<F> : never;
export type Messages = Readonly<Record<string, MessageDeclaration<Fields>>>;
export type Capabilities = Readonly<Record<string, number>>;

/** One channel: what the server sends on it and what the client does. Base messages are declared once apart. */
export interface ChannelDeclaration<S extends Messages, C extends Messages, K extends Capabilities> {
  /** Number of the channel type in the link message. */
  readonly type: number;
  readonly name: string;
  readonly server: S;
  readonly client: C;
  /** Bit numbers. */
  readonly capabilities: K;
  /** Greatest body of a client's message in bytes, where the message does not say otherwise. */
  readonly clientMaxBody: number;
}
export const channel = <
  const S extends Messages,
  const C extends Messages,
  const K extends Capabilities,
>(declaration: {
  type: number;
  name: string;
  server: S;
  client: C;
  capabilities: K;
  clientMaxBody: number;
}): ChannelDeclaration<S, C, K> => declaration;

/** A decoded message: its name and its body, told apart by `name`. */
export type MessageOf<M extends Messages> = {
  readonly [N in keyof M]: { readonly name: N; readonly body: Body<M[N]> };
}[keyof M];
