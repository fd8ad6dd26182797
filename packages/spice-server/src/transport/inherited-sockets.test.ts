import { expect, it } from 'vitest';
import { inheritedSockets } from './inherited-sockets.js';

it('takes the sockets that are meant for this process', () => {
  const environment = { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'spice:tls' };
  expect(inheritedSockets(environment, 7)).toEqual([
    { fd: 3, name: 'spice' },
    { fd: 4, name: 'tls' },
  ]);
  expect(inheritedSockets(environment, 8)).toEqual([]);
  expect(inheritedSockets({}, 7)).toEqual([]);
  expect(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: '-1' }, 7)).toEqual([]);
  expect(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: '1' }, 7)).toEqual([{ fd: 3, name: '' }]);
  expect(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: '9999' }, 7)).toHaveLength(16);
});
