"""Chunks inside picture files: our own record, what other tools read, and labels and signatures of released files.

Knows nothing about stores. What makes and signs a released file (`encode_released`, `sign`) is not among these names:
the release alone calls it, behind the gate.
"""

from packshot.metadata.a1111 import a1111_text
from packshot.metadata.a1111_reading import read_a1111_prompts
from packshot.metadata.atomic import put_in_place, sweep_temporaries, write_atomically, write_error
from packshot.metadata.c2pa_reading import C2paAction, C2paManifest, C2paState, read_c2pa
from packshot.metadata.dev_chain import DevChain, make_dev_chain
from packshot.metadata.label import UNLABELLED, SourceLabels, carries_ai_label, read_labels
from packshot.metadata.picture_file import FILE_MAX_BYTES, read_bytes
from packshot.metadata.png import (
    carries_record,
    encode_png,
    peek_record,
    read_record,
    with_record,
    write_encoded,
    write_png,
)
from packshot.metadata.record import PictureRecord
from packshot.metadata.released import FileForm
from packshot.metadata.released_fields import ReleasedFields, prompt_hash
from packshot.metadata.released_reading import ReleasedFile, read_released, released_in
from packshot.metadata.signing import Claim, ParentPhoto, TeamKey
from packshot.metadata.source_type import SourceType, source_type_of
from packshot.metadata.within_bytes import QUALITY_FLOOR, within_bytes
from packshot.metadata.working import encode_working, working_source_type, write_working

__all__ = [
    "FILE_MAX_BYTES",
    "QUALITY_FLOOR",
    "UNLABELLED",
    "C2paAction",
    "C2paManifest",
    "C2paState",
    "Claim",
    "DevChain",
    "FileForm",
    "ParentPhoto",
    "PictureRecord",
    "ReleasedFields",
    "ReleasedFile",
    "SourceLabels",
    "SourceType",
    "TeamKey",
    "a1111_text",
    "carries_ai_label",
    "carries_record",
    "encode_png",
    "encode_working",
    "make_dev_chain",
    "peek_record",
    "prompt_hash",
    "put_in_place",
    "read_a1111_prompts",
    "read_bytes",
    "read_c2pa",
    "read_labels",
    "read_record",
    "read_released",
    "released_in",
    "source_type_of",
    "sweep_temporaries",
    "with_record",
    "within_bytes",
    "working_source_type",
    "write_atomically",
    "write_encoded",
    "write_error",
    "write_png",
    "write_released",
    "write_working",
]
