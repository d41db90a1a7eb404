"""The one place where concrete classes are chosen. Faces ask here for a workbench and call the workflow with it."""

from packshot.wiring.engines import converted, runtime_meter
from packshot.wiring.places import At, at
from packshot.wiring.stores import moved_settings, now_utc, open_both, open_store_of, stored_tokens
from packshot.wiring.workbench import (
    ENGINES,
    asking,
    data_folder,
    open_catalogue,
    open_service,
    open_workbench,
    read,
    unheard,
)

__all__ = [
    "ENGINES",
    "At",
    "asking",
    "at",
    "converted",
    "data_folder",
    "moved_settings",
    "now_utc",
    "open_both",
    "open_catalogue",
    "open_service",
    "open_store_of",
    "open_workbench",
    "read",
    "runtime_meter",
    "stored_tokens",
    "unheard",
]
