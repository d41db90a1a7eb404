"""One row of a catalogue from its photo to the review queue. What goes wrong is the row's, never its neighbours'.

Only a store that fails, or Ctrl-C, ends all of them."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import packshot
from packshot.channels import Channel, limits_of
from packshot.engine import SharedEngine
from packshot.errors import EngineError, Interrupted, PackshotError, StoreError
from packshot.product import product_box, ways_of_finding
from packshot.resolve import find_product, open_source
from packshot.result import Decision, Failure, ProductRow, ReviewState, Run, RunState
from packshot.review import against_approval
from packshot.spec import LOCK_ALGORITHM, Background, Lock, Mode, Shadow, Spec, sha256_of
from packshot.workflow.against import stands_against
from packshot.workflow.asking import read_spec
from packshot.workflow.catalogue_frame import framed
from packshot.workflow.catalogue_table import TableRow
from packshot.workflow.make import run_order
from packshot.workflow.ordering import order_of
from packshot.workflow.review import review_picture, state_of
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

OF_LOCK: Final = ("mask", "background", "shadow", "ground")
FOR_GOOD: Final = ("spec.", "source.", "policy.", "catalogue.")
"""Failures of what was asked for: the same row fails again."""
PART: Final = 1 << 20

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CatalogueAsked:
    """How a catalogue's pictures are made, where a row says nothing else.

    `by` is whose name stands at the pictures handed to review; `hand_in_all` hands in those that break rules, too.
    `retry` tries again what failed by what was asked for; `fresh` makes everything anew.
    """

    name: str
    channels: tuple[str, ...]
    by: str
    settings: Mapping[str, Any]
    width: int | None = None
    height: int | None = None
    enlarge_max: float = 1.0
    accept_doubt: bool = False
    hand_in_all: bool = False
    slots: int | None = None
    retry: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class RowDone:
    """What came of a row; `already`, where nothing had to be done."""

    row: ProductRow
    already: bool


class RowMaker:
    """Makes rows of one catalogue, from several threads. `rules` are the channels as they stood at the beginning."""

    def __init__(
        self,
        bench: Workbench,
        shared: SharedEngine,
        asked: CatalogueAsked,
        rules: tuple[Channel, ...],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._bench, self._shared, self._asked, self._rules, self._clock = bench, shared, asked, rules, clock
        self._limits = [limits_of(rule, bench.now().date()) for rule in rules]
        self._of_all = sha256_of(
            {
                "packshot": packshot.__version__,
                "lock": LOCK_ALGORITHM,
                "masks": ways_of_finding(),
                "channels": [rule.model_dump(mode="json", by_alias=True) for rule in rules],
                "settings": dict(asked.settings),
                "size": [asked.width, asked.height],
                "enlarge_max": asked.enlarge_max,
                "accept_doubt": asked.accept_doubt,
                "hand_in_all": asked.hand_in_all,
            }
        )

    def make(self, row: TableRow) -> RowDone:
        """Photo, mask, picture, rules, review queue. Raises StoreError and Interrupted; all else is the row's."""
        begun = self._clock()
        key = self._key(row)
        before = None if self._asked.fresh else self._bench.store.product_row(self._asked.name, row.sku)
        if before is not None and before.key == key and self._holds(before):
            return RowDone(before, True)
        made = ProductRow(
            catalogue=self._asked.name,
            sku=row.sku,
            position=row.line,
            photo=row.photo.name,
            key=key,
            made_at=self._bench.now(),
        )
        try:
            if row.error is not None:
                raise row.error
            made = self._made(row, made)
        except (StoreError, Interrupted):
            raise
        except Exception as error:
            if not isinstance(error, PackshotError):
                _LOG.error("unexpected: %s", type(error).__name__, exc_info=error)
            made = made.model_copy(update={"error": _failure(error)})
        made = made.model_copy(update={"seconds": round(self._clock() - begun, 4)})
        self._bench.store.save_product_row(made)
        return RowDone(made, False)

    def _made(self, row: TableRow, made: ProductRow) -> ProductRow:
        sources = KnownSources(self._bench)
        spec = self._spec(row, sources)
        order = order_of(self._bench, spec, sources)
        caller = self._shared.caller()
        run, _already = run_order(replace(self._bench, engine=lambda: caller), order, fresh=self._asked.fresh)
        origin = order.resolved.origin
        made = made.model_copy(
            update={
                "run_id": run.id,
                "notes": origin.notes,
                "confidence": origin.lock.confidence if origin.lock is not None else None,
            }
        )
        if run.state is not RunState.SUCCEEDED:
            failure = run.failure or Failure(code="engine.failed", message="no picture came of it")
            return made.model_copy(update={"error": failure})
        blocked = {channel.name: found for channel in self._rules if (found := self._broken(run, channel.name))}
        goes = [channel.name for channel in self._rules if channel.name not in blocked or self._asked.hand_in_all]
        for channel in goes:
            if state_of(self._bench, run.id, channel) is ReviewState.DRAFT:
                review_picture(self._bench, run.id, Decision.SUBMIT, self._asked.by, channel=channel)
        return made.model_copy(update={"blocked": blocked, "handed_in": tuple(goes)})

    def _broken(self, run: Run, channel: str) -> tuple[str, ...]:
        against = stands_against(self._bench, run, channel)
        return tuple(found.rule for found in against_approval(against.checks, against.blocked))

    def _spec(self, row: TableRow, sources: KnownSources) -> Spec:
        """The spec of a row. On white its size and place are those that keep the channels' rules."""
        background = row.settings.get("background", self._asked.settings.get("background", Background.WHITE))
        is_white = background == Background.WHITE
        # what the command says of scenes is for scenes; a row's own words about one, on white, are its mistake
        common = {name: value for name, value in self._asked.settings.items() if name in OF_LOCK or not is_white}
        asked = {**common, **row.settings}
        lock = {name: asked.pop(name) for name in OF_LOCK if name in asked}
        fields = {"width": self._asked.width, "height": self._asked.height, **asked}
        spec = read_spec(
            {
                "prompt": "",
                **fields,
                "mode": Mode.LOCK,
                "source": str(row.photo),
                "lock": {
                    "background": Background.WHITE,
                    **(self._shadow() if is_white else {}),
                    **lock,
                    "accept_doubt": self._asked.accept_doubt,
                },
                "slots": self._asked.slots,
            }
        )
        if spec.lock is None or spec.lock.background is not Background.WHITE:
            return spec
        return self._framed(spec.model_copy(update={"slots": None}), spec.lock, row, sources)

    def _shadow(self) -> dict[str, Shadow]:
        """None where a place wants exact white: a shadow is not."""
        return {"shadow": Shadow.NONE} if any(one.white for one in self._limits) else {}

    def _framed(self, spec: Spec, lock: Lock, row: TableRow, sources: KnownSources) -> Spec:
        cutout = find_product(lock, open_source(row.photo), sources)
        box = product_box(cutout.alpha)
        if box is None or (cutout.is_doubtful and not lock.accept_doubt):
            return spec  # refused with all its words when it is resolved
        frame = framed(
            box,
            self._limits,
            size=(spec.width, spec.height),
            enlarge_max=self._asked.enlarge_max,
        )
        placed = lock.model_copy(update={"placement": frame.placement})
        return spec.model_copy(update={"width": frame.width, "height": frame.height, "lock": placed})

    def _key(self, row: TableRow) -> str:
        files = {"photo": row.photo, **({"mask": Path(row.settings["mask"])} if "mask" in row.settings else {})}
        settings = {name: text for name, text in row.settings.items() if name != "mask"}
        digests = {name: _digest_of(path) for name, path in files.items()}
        error = str(row.error) if row.error is not None else None
        return sha256_of({"all": self._of_all, "settings": settings, "files": digests, "error": error})

    def _holds(self, before: ProductRow) -> bool:
        """Whether nothing has to be done again: the picture is there, or the failure would come again."""
        if before.error is not None:
            return before.error.code.startswith(FOR_GOOD) and not self._asked.retry
        if before.run_id is None:
            return False
        run = self._bench.store.run(before.run_id)
        return run.result is not None and self._bench.store.pictures.has(run.result.picture_digest)


def _digest_of(path: Path) -> str | None:
    """SHA-256 of a file's bytes; None where it cannot be read, which is told when it is opened."""
    whole = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(PART):
                whole.update(part)
    except OSError:
        return None
    return whole.hexdigest()


def _failure(error: Exception) -> Failure:
    if not isinstance(error, PackshotError):
        error = EngineError("engine.failed", f"the row failed: {type(error).__name__}: {error}"[:400])
    said = [f"expected: {error.expected}" if error.expected else "", f"got: {error.got}" if error.got else ""]
    return Failure(code=error.code, message="; ".join([error.message, *filter(None, said)]), hint=error.hint)
