"""A picture as a file for whoever works with it: a draft, labelled as what it is, and never a release."""

from __future__ import annotations

import packshot
from packshot.errors import ReleaseError
from packshot.metadata import FileForm, encode_working, source_type_of
from packshot.result import edit_of
from packshot.workflow.edit import labels_behind
from packshot.workflow.export import picture_of
from packshot.workflow.workbench import Workbench


def draft_file(bench: Workbench, run_id: str, form: FileForm) -> bytes:
    """The run's picture in a format, with IPTC's source type and the words that it is not released; no prompt.

    Raises RecordError where the run has no picture, StoreError where it cannot be read.
    """
    run = bench.store.run(run_id)
    _record, pixels = picture_of(bench, run)
    try:
        behind = labels_behind(bench, run).ai
    except ReleaseError:  # nobody looked at the photo's own label; the edit's is there all the same
        behind = None
    return encode_working(pixels, source_type_of(edit_of(run), behind), form, f"Packshot {packshot.__version__}")
