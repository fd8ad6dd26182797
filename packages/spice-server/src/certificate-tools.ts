import { type CertificateModule, moduleInterfaceVersion } from '@lazyspice/core';
import { makeCertificates } from './link/certificate.js';

/** What core loads to make certificates, without a server. */
export const lazyspiceModule: CertificateModule = {
  name: 'spice-certificate',
  interfaceVersion: moduleInterfaceVersion,
  makeCertificates,
};
