/** The first file descriptor that a service manager hands on. */
const firstDescriptor = 3;
/** More are not looked at. */
const maxSockets = 16;

export interface InheritedSocket {
  readonly fd: number;
  /** As the service manager calls it; empty: it gave no name. */
  readonly name: string;
}

/** The listening sockets that systemd, or another that does as it does, opened for process `pid`. */
export function inheritedSockets(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): InheritedSocket[] {
  const { LISTEN_PID: owner, LISTEN_FDS: count, LISTEN_FDNAMES: names = '' } = environment;
  if (owner !== String(pid) || count === undefined || !/^\d{1,4}$/.test(count)) return [];
  const called = names.split(':');
  return Array.from({ length: Math.min(Number(count), maxSockets) }, (_, i) => ({
    fd: firstDescriptor + i,
    name: called[i] ?? '',
  }));
}
