/** Wrong usage of the command: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'ERR_USAGE';
}

export const exitCodes = { ended: 0, failed: 1, usage: 2 } as const;

export const usageText = `lazyspice - a SPICE server that is loaded when somebody asks for a remote display

  lazyspice run [--guest none|demo|testcard|linux] [options]
  lazyspice run --kernel FILE [--initrd FILE] [--append TEXT] [options]
  lazyspice run --bios FILE [--vga-bios FILE] [--hda FILE] [options]
      Runs a machine: a test card (default), a demo desktop, one without devices, or a PC in the v86 emulator:
      Debian's kernel with a shell (fetched once, then kept in the cache folder), a kernel of yours, or a disk.
  lazyspice replay FILE... [options]
      Plays QXL recordings (.rec, .rec.xz) and goes on showing the last picture.
  lazyspice qemu [options] -- QEMU ARGUMENTS...
      Runs an unmodified QEMU and serves its display. Its arguments are QEMU's own. See docs/qemu.md.
  lazyspice attach --qmp unix:PATH [options]
      Serves a QEMU that runs already, through its monitor.
  lazyspice certificate DIR [--name HOST]... [--days N] [--json]
      Makes the key and certificates for tls-port: x509-dir=DIR. See docs/security.md.
  lazyspice codec verify INDEX.json [--json]
  lazyspice codec encode INDEX.json --out DIR [--json]
  lazyspice codec bench [--time MS] [--json]
      Decodes or encodes a set of test images, or measures the image codecs. See docs/codecs.md.

Options of run, replay, qemu and attach:
  --spice OPTIONS      open a SPICE server, in QEMU's syntax:
                       port=5930,addr=127.0.0.1,disable-ticketing=on,image-compression=off,...
                       A password or disable-ticketing=on must be given. See docs/options.md.
  --qmp ADDRESS        serve the QMP monitor at unix:PATH or tcp:HOST:PORT
  --isolation HOW      worker (default): the SPICE server runs in a thread of its own; inline: in this one
  --web PORT           serve a web page with a client on the loopback address; 0 picks a free port
  --metrics PORT       serve /metrics for Prometheus and /healthz on the loopback address
  --webdav PORT        serve the folder that a client shares as HTTP on the loopback address; 0 picks a free port
  --vv FILE            write a connection file for remote-viewer
  --screenshot FILE    write the server's picture as PNG at the end and on SIGUSR2
  --json               print events as JSON, one object a line

Options of run:
  --print-input        print the test card's key and pointer events and what it records on stderr
  --agent ADDRESS      wait for the guest's agent at unix:PATH or tcp:HOST:PORT: clipboard, files, monitors, pointer
  --chardev NAME=ADDRESS
                       wait for the machine's end of a character device at unix:PATH or tcp:HOST:PORT; NAME is
                       usbredir, smartcard, or a port's name such as org.qemu.console.serial.0; may be repeated
  --video              the test card shows a moving picture at its centre
  --files DIR          take files that clients send into this folder, where the guest has no agent
  --memory SIZE        the PC's memory, 16M to 1G; default 128M
  --vga qxl|std|none   its display adapter; default qxl
  --save-state FILE    keep the PC's state at the end
  --restore-state FILE go on from such a state instead of booting

Options of qemu:
  --program NAME       the QEMU to run; default qemu-system-x86_64
  --link auto|dbus|vnc how its display is reached; default auto: D-Bus where possible, else VNC

Options of attach:
  --qmp unix:PATH      QEMU's monitor; --serve-qmp ADDRESS serves lazyspice's
  --chardev NAME=unix:PATH
                       a character device that listens there: vdagent, usbredir, smartcard, or a port's name

Options of replay:
  --speed recorded|max play by the recording's clock (default) or as fast as possible
  --loop               start again at the end
  --wait               wait for the first client's display channel
  --lockstep           wait after each command until the clients have it
  --exit               end after the last command instead of showing the last picture
`;
