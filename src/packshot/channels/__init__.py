"""Places to sell: their rules as data with source and date, and whether a picture keeps them, and repairs."""

from packshot.channels.check import check_picture, judge_picture
from packshot.channels.files import find_channel, list_channels, read_channel
from packshot.channels.limits import Limits, limits_of
from packshot.channels.master import check_master
from packshot.channels.outgoing import allowed_formats, most_bytes
from packshot.channels.picture import CheckedPicture
from packshot.channels.reframing import aim_of, frame_for
from packshot.channels.repair import Kind, Left, Repaired, repair_pixels
from packshot.channels.repair_file import FittedFile, fit_file
from packshot.channels.rules import Channel
from packshot.channels.transform import Transform

__all__ = [
    "Channel",
    "CheckedPicture",
    "FittedFile",
    "Kind",
    "Left",
    "Limits",
    "Repaired",
    "Transform",
    "aim_of",
    "allowed_formats",
    "check_master",
    "check_picture",
    "find_channel",
    "fit_file",
    "frame_for",
    "judge_picture",
    "limits_of",
    "list_channels",
    "most_bytes",
    "read_channel",
    "repair_pixels",
]
