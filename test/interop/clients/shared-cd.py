"""spice-gtk with an emulated CD of its own: PORT IMAGE. Plugs it in as soon as there is a slot; prints what happens."""
import sys

import gi

gi.require_version("SpiceClientGLib", "2.0")
from gi.repository import GLib, GObject, SpiceClientGLib as Spice  # noqa: E402

port, image = sys.argv[1:3]
session = Spice.Session()
for name, value in (("host", "127.0.0.1"), ("port", port)):
    session.set_property(name, value)
manager = Spice.UsbDeviceManager.get(session)


def plugged(source, result):
    try:
        source.connect_device_finish(result)
        print("plugged in", flush=True)
    except GLib.Error as error:
        print(f"not plugged in: {error.message}", flush=True)


def added(_, device):
    print(f"device {device.get_description('%s %s %s')}", flush=True)
    manager.connect_device_async(device, None, plugged)


def opened(channel, event):
    kind = channel.get_property("channel-type")
    print(kind, event.value_nick, flush=True)


def new_channel(_, channel):
    # `connect` of the class connects the channel, not the signal. A USB channel is connected with its device.
    GObject.Object.connect(channel, "channel-event", opened)
    if channel.get_property("channel-type") != 9:
        Spice.Channel.connect(channel)
        return
    print("slot", flush=True)
    GLib.idle_add(lambda: manager.create_shared_cd_device(image) and False)


GObject.Object.connect(manager, "device-added", added)
GObject.Object.connect(manager, "device-error", lambda _, device, error: print("error", error, flush=True))
GObject.Object.connect(session, "channel-new", new_channel)
Spice.Session.connect(session)
GLib.MainLoop().run()
