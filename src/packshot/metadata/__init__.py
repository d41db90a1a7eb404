"""Chunks inside picture files: our own record, and the text that other tools read. Knows nothing about stores."""

from packshot.metadata.a1111 import a1111_text
from packshot.metadata.a1111_reading import read_a1111_prompts
from packshot.metadata.atomic import sweep_temporaries, write_atomically
from packshot.metadata.label import carries_ai_label
from packshot.metadata.png import encode_png, peek_record, read_record, write_png
from packshot.metadata.record import PictureRecord

__all__ = [
    "PictureRecord",
    "a1111_text",
    "carries_ai_label",
    "encode_png",
    "peek_record",
    "read_a1111_prompts",
    "read_record",
    "sweep_temporaries",
    "write_atomically",
    "write_png",
]
