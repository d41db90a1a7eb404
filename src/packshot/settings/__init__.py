"""Facts of the machine and the workspace. Never part of the intent: the same picture is made elsewhere too.

Order of precedence: flag > environment (`PACKSHOT_*`) > `packshot.toml` in the workspace > default.
"""

from packshot.settings.limits import DRAIN_S, QUEUE_MAX, REQUESTS_PER_MINUTE
from packshot.settings.machine import find_device, physical_cores
from packshot.settings.settings import (
    AUTO,
    MEMORIES,
    PICTURE_CACHE_MB,
    PRECISIONS,
    RUNTIMES,
    Settings,
    read_settings,
)
from packshot.settings.values import SLOTS

__all__ = [
    "AUTO",
    "DRAIN_S",
    "MEMORIES",
    "PICTURE_CACHE_MB",
    "PRECISIONS",
    "QUEUE_MAX",
    "REQUESTS_PER_MINUTE",
    "RUNTIMES",
    "SLOTS",
    "Settings",
    "find_device",
    "physical_cores",
    "read_settings",
]
