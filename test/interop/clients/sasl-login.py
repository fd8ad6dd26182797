"""Logs in at a SPICE server with SASL, by spice-gtk: HOST PORT TLS(0|1) CA-FILE USER PASSWORD.

Exit status 0: a display channel was opened; 4: the server did not let the user in; 1: anything else.
"""
import sys

import gi

gi.require_version("SpiceClientGLib", "2.0")
from gi.repository import GLib, SpiceClientGLib as Spice

host, port, tls, ca_file, user, password = sys.argv[1:7]
session = Spice.Session()
session.props.host = host
session.props.username = user
session.props.password = password
if tls == "1":
    session.props.tls_port = port
    session.props.ca_file = ca_file
else:
    session.props.port = port

loop = GLib.MainLoop()
status = 1


def finish(code):
    global status
    status = code
    loop.quit()


def on_event(channel, event):
    print(type(channel).__name__, event.value_nick, flush=True)
    if event == Spice.ChannelEvent.ERROR_AUTH:
        finish(4)
    elif event != Spice.ChannelEvent.OPENED:
        finish(1)
    elif isinstance(channel, Spice.DisplayChannel):
        finish(0)


def on_channel(_session, channel):
    channel.connect_after("channel-event", on_event)
    if not isinstance(channel, Spice.MainChannel):
        Spice.Channel.connect(channel)


session.connect_after("channel-new", on_channel)
Spice.Session.connect(session)
GLib.timeout_add_seconds(20, finish, 1)
loop.run()
sys.exit(status)
