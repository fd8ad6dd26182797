import { SpiceNotActiveError } from '../../spice/errors.js';
import type { MonitorBackend } from '../monitor-backend.js';
import { defineCommand } from '../qmp-command.js';
import { QmpError } from '../qmp-error.js';

const protocols = ['spice', 'vnc'] as const;

function spiceOps({ spice }: MonitorBackend): NonNullable<MonitorBackend['spice']> {
  if (spice === undefined) throw new SpiceNotActiveError();
  return spice;
}

function onlySpice(protocol: string, complaint: string): void {
  if (protocol !== 'spice') throw new QmpError('GenericError', complaint);
}

export const setPassword = defineCommand({
  name: 'set_password',
  parameters: {
    protocol: { type: 'string', values: protocols },
    password: { type: 'string' },
    connected: { type: 'string', values: ['keep', 'fail', 'disconnect'], optional: true },
    display: { type: 'string', optional: true },
  },
  async run({ protocol, password, connected = 'keep' }, { backend }) {
    onlySpice(protocol, 'Could not set password');
    await spiceOps(backend).setPassword(password, {
      failIfConnected: connected === 'fail',
      disconnectIfConnected: connected === 'disconnect',
    });
    return {};
  },
});

/**
 * When a password ends, as `QemuSpiceOps.setPasswordExpiry` has it, from QEMU's `now`, `never`, `+SECONDS` or
 * seconds since 1970.
 * @throws QmpError
 */
export function expiryTime(text: string, now: (() => number) | undefined): number | null {
  if (text === 'now') return null;
  if (text === 'never') return 0;
  const relative = text.startsWith('+');
  const digits = relative ? text.slice(1) : text;
  const seconds = Number(digits);
  if (!/^\d{1,15}$/.test(digits) || (relative && now === undefined)) {
    throw new QmpError('GenericError', `Parameter 'time' does not accept value '${text}'`);
  }
  // 0 would be never, and 0 seconds after 1970 is long ago.
  if (!relative) return seconds === 0 ? null : seconds;
  return (now?.() ?? 0) / 1000 + seconds;
}

export const expirePassword = defineCommand({
  name: 'expire_password',
  parameters: {
    protocol: { type: 'string', values: protocols },
    time: { type: 'string' },
    display: { type: 'string', optional: true },
  },
  async run({ protocol, time }, { backend }) {
    onlySpice(protocol, 'Could not set password expire time');
    await spiceOps(backend).setPasswordExpiry(expiryTime(time, backend.now));
    return {};
  },
});

export const clientMigrateInfo = defineCommand({
  name: 'client_migrate_info',
  parameters: {
    protocol: { type: 'string' },
    hostname: { type: 'string' },
    port: { type: 'integer', optional: true },
    'tls-port': { type: 'integer', optional: true },
    'cert-subject': { type: 'string', optional: true },
  },
  async run({ protocol, hostname, port, ...more }, { backend }) {
    if (protocol !== 'spice') {
      throw new QmpError('GenericError', `Parameter 'protocol' expects 'spice'`);
    }
    const tlsPort = more['tls-port'] ?? null;
    if (port === undefined && tlsPort === null) {
      throw new QmpError('GenericError', "Parameter 'port/tls-port' is missing");
    }
    await spiceOps(backend).migrateInfo(hostname, port ?? null, tlsPort, more['cert-subject'] ?? null);
    return {};
  },
});

/** `fdname` is the number of a descriptor that this process has inherited: one cannot be received over the monitor. */
export const addClient = defineCommand({
  name: 'add_client',
  parameters: {
    protocol: { type: 'string' },
    fdname: { type: 'string' },
    skipauth: { type: 'boolean', optional: true },
    tls: { type: 'boolean', optional: true },
  },
  async run({ protocol, fdname, skipauth = false, tls = false }, { backend }) {
    if (protocol !== 'spice') throw new QmpError('GenericError', `Parameter 'protocol' is invalid`);
    const spice = spiceOps(backend);
    if (!/^\d{1,6}$/.test(fdname)) {
      throw new QmpError('GenericError', `File descriptor named '${fdname}' has not been found`);
    }
    await spice.displayAddClient(Number(fdname), { skipAuth: skipauth, tls });
    return {};
  },
});
