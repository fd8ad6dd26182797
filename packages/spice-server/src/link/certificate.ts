import { generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { CertificateRequest, Certificates } from '@lazyspice/core';
import type { pki } from 'node-forge';

const dayMs = 86_400_000;
const keyBits = 2048;
const organization = 'lazyspice';
const limits = { names: 64, nameLength: 253, days: 7300 } as const;

/** Makes a certificate authority and a server certificate that it signs: RSA of 2048 bits, SHA-256. */
export async function makeCertificates(request: CertificateRequest): Promise<Certificates> {
  const { names, days, now } = request;
  if (names.length < 1 || names.length > limits.names) throw new RangeError('1 to 64 names are needed');
  const bad = names.find((name) => !isName(name));
  if (bad !== undefined) throw new RangeError(`'${bad}' is neither a host name nor an address`);
  if (!Number.isInteger(days) || days < 1 || days > limits.days) throw new RangeError('days: 1 to 7300');
  const forge = (await import('node-forge')).default;
  const [ca, server] = await Promise.all([makeKey(), makeKey()]);
  const build = (subject: pki.CertificateField[], publicKey: string): pki.Certificate => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
    // A first byte of 1 keeps the number positive and its length fixed.
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    // Clients whose clock is a little behind must not refuse it.
    certificate.validity.notBefore = new Date(now - dayMs);
    certificate.validity.notAfter = new Date(now + days * dayMs);
    certificate.setSubject(subject);
    return certificate;
  };
  const signer = forge.pki.privateKeyFromPem(ca.privateKey);
  const caSubject = nameFields('lazyspice certificate authority');
  const sign = (certificate: pki.Certificate, extensions: unknown[]): string => {
    certificate.setIssuer(caSubject);
    certificate.setExtensions(extensions);
    certificate.sign(signer, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate).replaceAll('\r', '');
  };
  const caCert = sign(build(caSubject, ca.publicKey), [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const serverCert = sign(build(nameFields(names[0]), server.publicKey), [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: names.map((name) => (isIP(name) > 0 ? { type: 7, ip: name } : { type: 2, value: name })),
    },
  ]);
  return {
    caKey: ca.privateKey,
    caCert,
    serverKey: server.privateKey,
    serverCert,
    subject: `O=${organization},CN=${names[0]}`,
    fingerprint: new X509Certificate(serverCert).fingerprint256,
  };
}

function isName(name: string): boolean {
  return isIP(name) > 0 || (name.length <= limits.nameLength && /^(?:[\w*]|[\w*][\w.-]*\w)$/.test(name));
}

function nameFields(commonName: string): pki.CertificateField[] {
  return [
    { name: 'organizationName', value: organization },
    { name: 'commonName', value: commonName },
  ];
}

function makeKey(): Promise<{ publicKey: string; privateKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: keyBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    // What node-forge reads without ado; OpenSSL reads it too.
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}
