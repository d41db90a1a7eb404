"""Approved pictures go out: each as a file made anew, recorded in the audit trail before it gets its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from packshot.channels import find_channel
from packshot.errors import Interrupted, ReleaseError
from packshot.metadata import write_error
from packshot.workflow.folder_lock import alone_in
from packshot.workflow.release import check_person
from packshot.workflow.release_choice import Chosen, choose
from packshot.workflow.release_file import plan_files
from packshot.workflow.release_folder import ReleaseFolder, real_folder
from packshot.workflow.release_manifest import MANIFEST
from packshot.workflow.release_one import Become, Sender
from packshot.workflow.release_request import (
    HeldBack,
    OnRelease,
    ReleasedPicture,
    ReleaseOutcome,
    ReleaseProgress,
    ReleaseRequest,
    State,
)
from packshot.workflow.workbench import Workbench


def unheard(_progress: ReleaseProgress) -> None:
    """Nobody listens."""


def release_pictures(bench: Workbench, request: ReleaseRequest, on_release: OnRelease = unheard) -> ReleaseOutcome:
    """Release what is approved for a channel into a folder: files by SKU, and a manifest of them.

    Of runs that are named, none goes out unless all may: ReleaseError (release.refused) with every reason, and nothing
    is written. Of an experiment, of all that are approved, or where `partial` is asked for, those go out that may, and
    the rest is told. Nothing is overwritten; a picture whose file is there already stays as it is. Ctrl-C leaves whole
    files, a manifest of them, and raises Interrupted. Raises RecordError, ChannelError, OutputError, UsageError and
    StoreError too.
    """
    channel = find_channel(request.channel, bench.channels)
    check_person(request.by)
    sender = Sender(bench, request, plan_files(bench, request, channel))
    folder = real_folder(bench, request.out)
    chosen = choose(bench, request)
    if request.dry_run:
        looked = ReleaseFolder(bench, folder)
        return _told(chosen, looked, sender.rehearse, on_release).outcome(request, looked, None)
    if request.runs and not request.partial:
        _require_all(request, _told(chosen, ReleaseFolder(bench, folder), sender.rehearse, unheard))
    with _opened(bench, folder) as opened:
        told = _told(chosen, opened, sender.send, on_release)
    return told.outcome(request, opened, folder / MANIFEST)


def _told(
    chosen: Sequence[Chosen],
    folder: ReleaseFolder,
    do: Callable[[Chosen, ReleaseFolder], Become],
    on_release: OnRelease,
) -> _Told:
    told = _Told()
    for number, each in enumerate(chosen, 1):
        state = told.hear(do(each, folder))
        on_release(ReleaseProgress(number, len(chosen), each.run_id, state))
    return told


@dataclass(slots=True)
class _Told:
    """What became of the pictures."""

    released: list[ReleasedPicture] = field(default_factory=list)
    already: list[ReleasedPicture] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)

    def hear(self, become: Become) -> State:
        if isinstance(become, HeldBack):
            self.held_back.append(become)
            return "held back"
        (self.already if become.was_there else self.released).append(become.row)
        return "already" if become.was_there else "released"

    def outcome(self, request: ReleaseRequest, folder: ReleaseFolder, manifest: Path | None) -> ReleaseOutcome:
        return ReleaseOutcome(
            channel=request.channel,
            folder=folder.folder,
            released=tuple(self.released),
            already=tuple(self.already),
            held_back=tuple(self.held_back),
            notes=tuple(folder.notes),
            strangers=folder.strangers(),
            manifest=manifest if manifest is not None and manifest.is_file() else None,
        )


def _require_all(request: ReleaseRequest, told: _Told) -> None:
    """Every picture was made and judged: one that may not go out keeps all of them."""
    if not told.held_back:
        return
    reasons = "; ".join(f"{each.run}: {', '.join(each.reasons)}" for each in told.held_back)
    total = len(told.held_back) + len(told.released) + len(told.already)
    raise ReleaseError(
        "release.refused",
        f"nothing is released: {len(told.held_back)} of {total} may not go out to {request.channel}: {reasons}",
        expected="an approval of every picture for this channel, and no rule broken",
        got=reasons,
        hint="leave these out, or have them approved; `packshot reviews RUN` shows what was decided",
    )


@contextmanager
def _opened(bench: Workbench, folder: Path) -> Iterator[ReleaseFolder]:
    """The folder, made and mended, for this call alone. Its manifest is written however the call ends."""
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder) as alone:
            opened = ReleaseFolder(bench, folder)
            opened.mend(alone=alone)
            try:
                yield opened
            except BaseException:
                opened.mend(alone=alone)
                raise
            finally:
                opened.close()
    except KeyboardInterrupt as error:
        raise Interrupted("stopped; what is released is in the folder and in its manifest") from error
    except OSError as error:
        raise write_error(error, folder) from error
    finally:
        if new:  # where nothing came into it, it was not needed
            with suppress(OSError):
                folder.rmdir()
