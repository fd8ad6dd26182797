/** The longest HTTP request that is read, in bytes. */
export const maxRequestBytes = 8192;

const get = [0x47, 0x45, 0x54, 0x20];
const requestEnd = '\r\n\r\n';
const keyPattern = /^[+/0-9A-Za-z]{22}==$/;

/** A WebSocket client's request, as far as SPICE looks at it. */
export interface UpgradeRequest {
  /** `Sec-WebSocket-Key`: 16 bytes in base64. */
  readonly key: string;
  /** null: it names no subprotocol. */
  readonly protocol: 'binary' | null;
}

export type Sniffed =
  /** More bytes are needed to tell. */
  | { readonly kind: 'undecided' }
  /** Not a WebSocket client: SPICE, or something that the link stage refuses. */
  | { readonly kind: 'spice'; readonly bytes: Uint8Array }
  /** `rest`: what came behind the request. */
  | { readonly kind: 'websocket'; readonly request: UpgradeRequest; readonly rest: Uint8Array };

/** Tells from a stream's first bytes whether it is SPICE or asks for a WebSocket (protocol §1.3), sans-IO. */
export class RequestSniffer {
  #seen = Buffer.alloc(0);

  /** Not to be called again once it has decided. */
  push(bytes: Uint8Array): Sniffed {
    const searched = Math.max(0, this.#seen.length - requestEnd.length + 1);
    const seen = this.#seen.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#seen, bytes]);
    this.#seen = seen;
    if (get.some((byte, i) => i < seen.length && seen[i] !== byte)) return { kind: 'spice', bytes: seen };
    const end = seen.indexOf(requestEnd, searched, 'latin1');
    const length = end < 0 ? seen.length : end + requestEnd.length;
    if (length > maxRequestBytes) return { kind: 'spice', bytes: seen };
    if (end < 0) return { kind: 'undecided' };
    const request = parseUpgrade(seen.toString('latin1', 0, end));
    if (request === null) return { kind: 'spice', bytes: seen };
    return { kind: 'websocket', request, rest: seen.subarray(length) };
  }
}

/**
 * Reads a GET request, without the empty line at its end. It is an upgrade when it has a key and, if it
 * names subprotocols, `binary` as the first one; null: it is not. Other headers are not looked at.
 */
export function parseUpgrade(text: string): UpgradeRequest | null {
  const [, ...lines] = text.split('\r\n');
  const header = (name: string): string | null => {
    const line = lines.find((l) => l.slice(0, name.length + 1).toLowerCase() === `${name}:`);
    return line === undefined ? null : line.slice(name.length + 1).trim();
  };
  const key = header('sec-websocket-key');
  const protocols = header('sec-websocket-protocol');
  if (key === null || !keyPattern.test(key)) return null;
  if (protocols === null) return { key, protocol: null };
  return protocols.split(',')[0].trim() === 'binary' ? { key, protocol: 'binary' } : null;
}
