"""Runs, ratings, the audit trail and evidence in SQL, pictures content-addressed beside them. Imports no torch.

`open_store` is the way in. The promise: a row never points to a picture that is not there, what was made is never
deleted, one spec hash is computed by one process at a time, and a killed process leaves nothing that must be repaired.
"""

from packshot.store.audit import Audit
from packshot.store.claims import LEASE, Begun
from packshot.store.jobs import Taken
from packshot.store.kept import Originals, PictureStore
from packshot.store.lookups import Kind, Took
from packshot.store.moving import Moved, Place, Step, move
from packshot.store.opening import DATABASE_NAME, open_store
from packshot.store.owner import owner_is_dead, process_owner
from packshot.store.pictures import FilePictureStore, checked_digest
from packshot.store.protocol import Store
from packshot.store.sql_store import SqlStore
from packshot.store.trail import Decide
from packshot.store.verify import Finding, Verification

__all__ = [
    "DATABASE_NAME",
    "LEASE",
    "Audit",
    "Begun",
    "Decide",
    "FilePictureStore",
    "Finding",
    "Kind",
    "Moved",
    "Originals",
    "PictureStore",
    "Place",
    "SqlStore",
    "Step",
    "Store",
    "Taken",
    "Took",
    "Verification",
    "checked_digest",
    "move",
    "open_store",
    "owner_is_dead",
    "process_owner",
]
