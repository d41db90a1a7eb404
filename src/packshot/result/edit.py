"""What kind of edit a run made, told from what it asked for: which label of AI its picture has to carry."""

from __future__ import annotations

from packshot.result.release import EditKind
from packshot.result.run import Run
from packshot.spec import Background


def edit_of(run: Run) -> EditKind:
    """Without a lock a model made every pixel; a lock on white is a photo changed without one."""
    lock = run.resolved.intent.lock
    if lock is None:
        return EditKind.GENERATED
    return EditKind.RETOUCHED if lock.background is Background.WHITE else EditKind.LOCKED
