"""Does the audit trail still hold what was decided and released? All of it is derived again; nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from pydantic import ValidationError
from sqlalchemy import Connection, select

from packshot.result import Entry, Link, Release, ReviewState, leads_to, speaks_of
from packshot.spec import Frozen
from packshot.store import standings
from packshot.store.chain import Chain, fault, named
from packshot.store.kept import PictureStore
from packshot.store.tables import RUN
from packshot.store.trail import KINDS, each_link
from packshot.store.verify import MAKE_AGAIN, Finding

MAY_GO_OUT = frozenset({ReviewState.APPROVED, ReviewState.RELEASED})


class Audit(Frozen):
    """What was looked at, and what was found. `head` is the digest of the newest entry, to be kept elsewhere.

    `pictures` were decoded and compared; `absent` ones are no longer in the workspace.
    """

    entries: int
    releases: int
    head: str
    pictures: int
    absent: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether the trail holds."""
        return not self.findings


def audit(connection: Connection, pictures: PictureStore | None, heads: Collection[str]) -> Audit:
    """Checks one snapshot. `heads` are digests that the trail once had; pictures are looked at where they are given."""
    chain, told = Chain(), Told()
    findings: list[Finding] = []
    for link in each_link(connection):
        findings += [*chain.follow(link), *told.hear(link)]
    for head in heads:
        if not chain.has(head):
            findings.append(fault("head", f"no entry has the digest {head}: the trail's end was cut off or rewritten"))
    findings += [*_runs(connection, told), *_standings(connection, told)]
    decoded = absent = 0
    for digest, number in told.pictures.items() if pictures is not None else ():
        if pictures is None or not pictures.has(digest):
            absent += 1
            continue
        decoded += 1
        if not pictures.is_intact(digest):
            what = f"the file of picture {digest[:12]}, entry {number}, holds other pixels"
            findings.append(fault("picture", what, MAKE_AGAIN))
    return Audit(
        entries=chain.length,
        releases=told.releases,
        head=chain.head,
        pictures=decoded,
        absent=absent,
        findings=tuple(findings),
    )


class Told:
    """What the entries say, one after the other: where every picture stands, and of which pixels was spoken."""

    def __init__(self) -> None:
        self.standings: dict[standings.Place, tuple[str, int]] = {}
        self.pictures: dict[str, int] = {}
        self.runs: dict[str, tuple[str, int]] = {}
        self.releases = 0
        self._channels: dict[str, set[str | None]] = {}

    def hear(self, link: Link) -> Iterator[Finding]:
        """Follows the next entry, and names what it says that cannot be."""
        if link.kind not in KINDS:
            return
        try:
            entry: Entry = KINDS[link.kind].model_validate(json.loads(link.entry))
        except (ValueError, ValidationError):
            yield fault("unreadable", f"{named(link)} cannot be read")
            return
        if entry.run_id != link.run_id:
            yield fault("changed", f"{named(link)} was changed: its entry speaks of run {entry.run_id}")
        if isinstance(entry, Release):
            self.releases += 1
            state, _number = self.standings.get((entry.run_id, entry.channel), (ReviewState.DRAFT, 0))
            if state not in MAY_GO_OUT:
                what = f"{named(link)} released {entry.file_name} for {entry.channel} while the picture was {state}"
                yield fault("unapproved", what)
        channels = self._channels.setdefault(entry.run_id, set())
        channels.add(entry.channel)
        for channel in channels:
            if speaks_of(entry, channel):
                self.standings[entry.run_id, channel] = (leads_to(entry), link.number)
        self.pictures.setdefault(entry.picture_digest, link.number)
        self.runs[entry.run_id] = (entry.picture_digest, link.number)


def _runs(connection: Connection, told: Told) -> Iterator[Finding]:
    made: dict[str, str | None] = dict(connection.execute(select(RUN.c.id, RUN.c.picture_digest)).tuples().all())
    for run_id, (digest, number) in told.runs.items():
        if (found := made.get(run_id)) != digest:
            what = f"entry {number} speaks of picture {digest[:12]}, and run {run_id} has {(found or 'none')[:12]}"
            yield fault("run", what)


def _standings(connection: Connection, told: Told) -> Iterator[Finding]:
    """The queue's table against the trail: a row that is ahead of it tells of an end that was cut off."""
    kept = {place: (state, number) for place, state, number in standings.each(connection)}
    for place in sorted(kept.keys() | told.standings.keys(), key=str):
        (state, number), (meant, due) = (side.get(place, ("nowhere", 0)) for side in (kept, told.standings))
        if (state, number) != (meant, due):
            run_id, channel = place
            what = f"run {run_id} {f'for {channel}' if channel else 'in general'} is {meant} by entry {due}"
            yield fault("standing", f"{what}, and listed as {state} by entry {number}")
