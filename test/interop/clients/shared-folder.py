"""spice-gtk with a shared folder: PORT FOLDER. Shares it until it is ended; prints a line for each channel that opens."""
import sys

import gi

gi.require_version("SpiceClientGLib", "2.0")
from gi.repository import GLib, GObject, SpiceClientGLib as Spice  # noqa: E402

port, folder = sys.argv[1:3]
session = Spice.Session()
for name, value in (("host", "127.0.0.1"), ("port", port), ("shared-dir", folder)):
    session.set_property(name, value)


def opened(channel, event):
    print(channel.get_property("channel-type"), event.value_nick, flush=True)


def new_channel(_, channel):
    # `connect` of the class connects the channel, not the signal.
    GObject.Object.connect(channel, "channel-event", opened)
    Spice.Channel.connect(channel)


GObject.Object.connect(session, "channel-new", new_channel)
Spice.Session.connect(session)
GLib.MainLoop().run()
