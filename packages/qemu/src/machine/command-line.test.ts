import { describe, expect, it } from 'vitest';
import { planCommandLine } from './command-line.js';
import { formatOptions, parseOptions } from './option-list.js';

const plan = (args: readonly string[], link: 'dbus' | 'vnc' = 'dbus') =>
  planCommandLine({ args, link, folder: '/run/x' });
const added = [
  '-chardev',
  'socket,id=lazyspice-monitor,path=/run/x/qmp,server=on,wait=off',
  '-mon',
  'chardev=lazyspice-monitor,mode=control',
];
const ownAudio = 'id=lazyspice-audio,out.frequency=48000,in.frequency=48000';

describe('planCommandLine', () => {
  it('leaves what it does not know, and adds monitor, sound and display', () => {
    const given = ['-m', '512', 'disk.img', '-append', '-vnc console=ttyS0', '--name', '-spice'];
    const { args, qmp, vnc, ports, notes } = plan(given);
    expect(args).toEqual([
      ...given,
      ...added,
      ...['-audiodev', `dbus,${ownAudio}`, '-display', 'dbus,p2p=yes,audiodev=lazyspice-audio'],
    ]);
    expect({ qmp, vnc, ports, notes }).toEqual({ qmp: '/run/x/qmp', vnc: null, ports: [], notes: [] });
  });

  it('opens a VNC server where D-Bus is not to be had', () => {
    const { args, vnc } = plan([], 'vnc');
    expect(vnc).toBe('/run/x/vnc');
    expect(args.slice(-4)).toEqual([
      '-audiodev',
      `none,${ownAudio}`,
      '-vnc',
      'unix:/run/x/vnc,audiodev=lazyspice-audio',
    ]);
  });

  it.each(['-spice', '--display', '-vnc', '-nographic', '-daemonize'])(
    'refuses %s with a sentence',
    (option) => {
      expect(() => plan(['-m', '32', option, 'x'])).toThrow(
        expect.objectContaining({
          code: 'ERR_QEMU_ARGUMENTS',
          message: expect.stringMatching(/^QEMU's '-\w+' can not be used here: \w/) as string,
        }) as Error,
      );
    },
  );

  it.each([
    ['spicevmc,id=a,name=vdagent', 'vdagent', null],
    ['spicevmc,name=usbredir,id=a', 'usbredir', null],
    ['spiceport,id=a,name=org.spice-space.webdav.0', 'webdav', null],
    ['spiceport,id=a,name=org.qemu.console.serial.0', 'port', 'org.qemu.console.serial.0'],
  ])('makes %s a socket', (value, type, portName) => {
    const { args, ports } = plan(['-chardev', value]);
    expect(args.slice(0, 2)).toEqual(['-chardev', 'socket,id=a,path=/run/x/port-0,server=on,wait=off']);
    expect(ports).toEqual([{ type, portName, path: '/run/x/port-0' }]);
  });

  it('leaves other character devices, and refuses a channel that SPICE does not have', () => {
    expect(plan(['-chardev', 'file,id=a,path=x']).args.slice(0, 2)).toEqual(['-chardev', 'file,id=a,path=x']);
    expect(() => plan(['-chardev', 'spicevmc,id=a,name=other'])).toThrow(/'other'/);
  });

  it('takes the sound of QEMU over where it is for SPICE, and only there', () => {
    const spice = plan(['-audiodev', 'spice,id=snd,out.frequency=44100']);
    expect(spice.args.slice(0, 2)).toEqual([
      '-audiodev',
      'dbus,id=snd,out.frequency=44100,in.frequency=48000',
    ]);
    expect(spice.args.at(-1)).toBe('dbus,p2p=yes,audiodev=snd');
    const json = plan(['-audiodev', '{"id":"a1","driver":"spice"}']);
    expect(JSON.parse(json.args[1])).toEqual({
      id: 'a1',
      driver: 'dbus',
      in: { frequency: 48000 },
      out: { frequency: 48000 },
    });
    const pulse = plan(['-audiodev', 'pa,id=snd']);
    expect(pulse.args.slice(0, 2)).toEqual(['-audiodev', 'pa,id=snd']);
    expect(pulse.args.at(-1)).toBe('dbus,p2p=yes');
  });
});

describe('option lists', () => {
  it('keep commas that are doubled', () => {
    const pairs = parseOptions('id=a,,b,backend=socket,path=/x,,y', 'backend');
    expect(pairs).toEqual([
      { name: null, value: 'socket' },
      { name: 'id', value: 'a,b' },
      { name: 'path', value: '/x,y' },
    ]);
    expect(formatOptions(pairs)).toBe('socket,id=a,,b,path=/x,,y');
  });
});
