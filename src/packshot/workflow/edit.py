"""What is known of the photo that a run's picture began with: its label rests on that, and on the kind of edit."""

from __future__ import annotations

from packshot.errors import ReleaseError
from packshot.metadata import UNLABELLED, SourceLabels, source_type_of
from packshot.metadata.source_type import AI_SOURCE_TYPES
from packshot.result import EditKind, Run, edit_of
from packshot.workflow.workbench import Workbench


def labels_behind(bench: Workbench, run: Run) -> SourceLabels:
    """What the source said of itself, through all pictures of this workspace that one was made from the other.

    UNLABELLED for a picture from words. A picture of ours that serves as a source counts as what it was made as. Raises
    ReleaseError where the photo itself is in the picture, and nobody ever looked at what it says.
    """
    pin = run.resolved.intent.source
    if pin is None:
        return UNLABELLED
    looked = bench.store.source_labels(pin.digest) is not None or bool(bench.store.makers(pin.digest))
    if not looked and edit_of(run) is not EditKind.GENERATED:
        raise ReleaseError(
            "release.refused",
            f"what the source photo of run {run.id} says of AI's part in it was never read",
            expected="a photo that came in as a file, since labels are read",
            got=f"the picture with digest {pin.digest} alone",
            hint="bring the photo's file in again",
        )
    return _labels(bench, pin.digest, set())


def _labels(bench: Workbench, digest: str, seen: set[str]) -> SourceLabels:
    """`seen` are pictures that were asked already: one may have been made from the other and back."""
    seen.add(digest)
    found = bench.store.source_labels(digest) or UNLABELLED
    for maker in bench.store.makers(digest):
        pin = maker.resolved.intent.source
        behind = UNLABELLED if pin is None or pin.digest in seen else _labels(bench, pin.digest, seen)
        made_as = source_type_of(edit_of(maker), behind.ai)
        found = found.joined(behind).joined(SourceLabels(made_as if made_as in AI_SOURCE_TYPES else None))
    return found
