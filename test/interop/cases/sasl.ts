import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import { Lazyspice, spawnLazyspice } from '../runner/lazyspice.js';
import { python, requirements } from '../runner/requirements.js';

/** What sasl-login.py ends with. */
const exit = { in: 0, other: 1, refused: 4 } as const;

/** The real client's own SASL library against ours. */
export const saslCases: readonly InteropCase[] = [
  {
    name: 'SASL: spice-gtk logs in over TLS, and is refused with a wrong password or without TLS',
    needs: [requirements.glibClient],
    limit: 90,
    async run(job) {
      const pki = join(job.folder, 'pki');
      const users = join(job.folder, 'users');
      await spawnLazyspice(job, ['certificate', pki]).expectExit(0);
      await writeFile(users, '# accounts\nanna:geheim\n');
      const tlsPort = await job.ports();
      const options = `tls-port=${tlsPort},x509-dir=${pki},sasl=on,sasl-users=${users}`;
      const server = await Lazyspice.start(job, ['run'], options);
      const login = (port: number, tls: '0' | '1', password: string) =>
        job.spawn('sasl-login', python, [
          join(job.root, 'test/interop/clients/sasl-login.py'),
          '127.0.0.1',
          `${port}`,
          tls,
          join(pki, 'ca-cert.pem'),
          'anna',
          password,
        ]);
      await login(tlsPort, '1', 'geheim').expectExit(exit.in);
      await login(tlsPort, '1', 'falsch').expectExit(exit.refused);
      await login(server.port, '0', 'geheim').expectExit(exit.other);
      await server.process.stderr.find((line) => line.includes('SASL needs a stream that nobody can read'));
      await server.stop();
      return '';
    },
  },
];
