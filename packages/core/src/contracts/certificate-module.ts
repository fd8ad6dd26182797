import type { ModuleEntry } from '../module/definitions.js';

export interface CertificateRequest {
  /** Host names and addresses by which clients reach the server, 1..64; the first is the subject's name. */
  readonly names: readonly string[];
  /** How long they are valid, in days, 1..7300. */
  readonly days: number;
  /** ms since 1970. */
  readonly now: number;
}

/** What the files of `x509-dir` hold: PEM. */
export interface Certificates {
  readonly caKey: string;
  readonly caCert: string;
  readonly serverKey: string;
  readonly serverCert: string;
  /** The server's subject as SPICE clients write it: `O=lazyspice,CN=host`. */
  readonly subject: string;
  /** SHA-256 of the server's certificate: 32 bytes as pairs of hexadecimal digits with colons between them. */
  readonly fingerprint: string;
}

/** What the `spice-certificate` module offers. */
export interface CertificateModule extends ModuleEntry {
  /**
   * Makes a certificate authority and a server certificate that it signs.
   * @throws RangeError when the request is out of range.
   */
  makeCertificates(request: CertificateRequest): Promise<Certificates>;
}
