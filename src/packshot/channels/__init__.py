"""Places to sell: their rules as data with source and date, and whether a picture keeps them. Repairs come later."""

from packshot.channels.check import check_picture
from packshot.channels.files import find_channel, list_channels, read_channel
from packshot.channels.master import check_master
from packshot.channels.outgoing import allowed_formats, most_bytes
from packshot.channels.rules import Channel

__all__ = [
    "Channel",
    "allowed_formats",
    "check_master",
    "check_picture",
    "find_channel",
    "list_channels",
    "most_bytes",
    "read_channel",
]
