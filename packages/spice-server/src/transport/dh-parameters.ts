/** Whether a PEM file begins with PKCS #3 parameters: a prime and a generator. */
export async function hasDiffieHellmanGroup(pem: Buffer): Promise<boolean> {
  const { default: forge } = await import('node-forge');
  try {
    const [first] = forge.pem.decode(pem.toString('latin1'));
    const { value } = forge.asn1.fromDer(first.body);
    const integers = Array.isArray(value) ? value.filter(({ type }) => type === forge.asn1.Type.INTEGER) : [];
    return first.type === 'DH PARAMETERS' && integers.length >= 2;
  } catch {
    return false;
  }
}
