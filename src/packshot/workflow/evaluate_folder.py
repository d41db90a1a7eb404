"""The same evidence and proposed scores for pictures of any tool: a folder of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from packshot.errors import PackshotError, SourceError
from packshot.evaluation import Asked, Instruments, asked_by, evaluate, find_faults, propose
from packshot.evaluation.rubric import KNOWN_SCORER
from packshot.metadata import PictureRecord, read_a1111_prompts, read_record
from packshot.report.embed import small_address
from packshot.report.evaluated import EvaluatedPicture, Evaluation, Unreadable
from packshot.resolve import SourcePicture, fit_source, open_source
from packshot.result import Pixels, psnr_db
from packshot.spec import Fit, Mode, defaults
from packshot.workflow.evaluate_table import PromptRow
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic"}
"""Endings of pictures; those that are not read are named as such."""

OWN_PICTURES_ONLY = f"{KNOWN_SCORER} knows {defaults.MODEL}'s pictures alone, and no other scorer was named"
"""Measured: its cosine of photos of shoes to a prompt for shoes is below that of unrelated pictures of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person tells about the pictures of a folder: for all of them, or by file name in `rows`."""

    prompt: str | None = None
    negative_prompt: str | None = None
    source: Path | None = None
    rows: Mapping[str, PromptRow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was asked of one file, who said so, the source, and the record where it is a picture of ours."""

    asked: Asked
    asked_from: str
    source: SourcePicture | None
    fit: Fit | None
    record: PictureRecord | None
    notes: tuple[str, ...]


OnPicture = Callable[[str, int, int], None]


def silent(_name: str, _done: int, _total: int) -> None:
    """Nobody listens."""


def evaluate_folder(bench: Workbench, folder: Path, told: Told, on_picture: OnPicture = silent) -> Evaluation:
    """Evidence, faults and proposed scores of every picture file in a folder, or of one file.

    Files that cannot be read are named and cost nothing else; folders inside are not entered. Raises SourceError
    where there is no picture at all, or the named source cannot be read.
    """
    files, left_alone = _files(folder)
    named = open_source(told.source) if told.source is not None else None
    pictures: list[EvaluatedPicture] = []
    unreadable: list[Unreadable] = []
    for count, path in enumerate(files):
        on_picture(path.name, count, len(files))
        try:
            pictures.append(_evaluate_file(bench, path, told, named))
        except PackshotError as error:
            unreadable.append(Unreadable(_shown(path.name), error.code, error.message))
    present = {path.name for path in files}
    missing = [name for name in told.rows if name not in present]
    unreadable += [Unreadable(name, "source.missing", "the table names it, and it is not there") for name in missing]
    return Evaluation(_shown(folder.resolve().name), tuple(pictures), tuple(unreadable), tuple(left_alone))


def _files(folder: Path) -> tuple[list[Path], list[str]]:
    if folder.is_file():
        return [folder], []
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    files = [entry for entry in entries if entry.suffix.lower() in PICTURES and not entry.is_dir()]
    if not files:
        raise SourceError("source.missing", f"no picture in {folder}", expected="PNG, JPEG or WebP files", got="none")
    alone = [
        f"{_shown(entry.name)}/" if entry.is_dir() else _shown(entry.name) for entry in entries if entry not in files
    ]
    return files, alone


def _evaluate_file(bench: Workbench, path: Path, told: Told, named: SourcePicture | None) -> EvaluatedPicture:
    picture = open_source(path)
    found = _asked(bench, path, told, named)
    source, notes = None, [*picture.notes, *found.notes]
    if found.record is not None and found.record.picture_digest != picture.digest:
        notes.append("its pixels were changed after it was made")
    if found.source is not None:
        source, note = _laid_over(picture.pixels, found.source.pixels, found.fit)
        notes += [note] if note else []
    instruments = _instruments(bench, found)
    evidence = evaluate(picture.pixels, found.asked, source, instruments)
    width, height = picture.size
    return EvaluatedPicture(
        name=_shown(path.name),
        address=small_address(picture.pixels),
        width=width,
        height=height,
        asked=found.asked,
        asked_from=found.asked_from,
        source=None if found.source is None else found.source.name,
        source_address=None if source is None else small_address(source),
        evidence=tuple(evidence),
        faults=find_faults(evidence),
        proposal=propose(evidence, []),
        notes=tuple(notes),
    )


def _asked(bench: Workbench, path: Path, told: Told, named: SourcePicture | None) -> _Found:
    """What a person said comes first, then the file's own record, then A1111's text."""
    row = told.rows.get(path.name, PromptRow(None, None, None))
    record = _record(path)
    prompt, negative = row.prompt or told.prompt, row.negative_prompt or told.negative_prompt
    said_by, notes = "told on the command line" if row.prompt is None else "told in the table", []
    source = open_source(row.source) if row.source is not None else named
    fit = None
    mode = Mode.TEXT_TO_IMAGE if source is None else Mode.IMAGE_TO_IMAGE
    if record is not None:
        intent = asked_by(record.resolved.intent)
        if prompt is None:
            prompt, negative, said_by = intent.prompt, negative or intent.negative_prompt, "its own record"
        pin = record.resolved.intent.source
        if source is None and pin is not None:
            mode, fit = intent.mode, record.resolved.intent.fit
            source = KnownSources(bench).by_digest(pin.digest)
            if source is None:
                notes.append("it was made from a source that is not at hand; --source names it")
    elif prompt is None and (read := read_a1111_prompts(path)) is not None:
        prompt, negative, said_by = read[0][: defaults.PROMPT_MAX_CHARS], negative or read[1], "its A1111 text"
    if not prompt:
        said_by = "nobody"
    return _Found(Asked(prompt or "", negative or "", mode), said_by, source, fit, record, tuple(notes))


def _record(path: Path) -> PictureRecord | None:
    try:
        return read_record(path)[0]
    except PackshotError:
        return None


def _laid_over(pixels: Pixels, source: Pixels, fit: Fit | None) -> tuple[Pixels, str | None]:
    """The source (H, W, 3) at the picture's size, and what was done where nobody recorded it.

    Of stretched, cropped and padded, the one that is nearest to the picture is what the tool has done.
    """
    size = (pixels.shape[1], pixels.shape[0])
    if fit is not None:
        return fit_source(source, size, fit), None
    same_shape = abs(source.shape[1] * size[1] - source.shape[0] * size[0]) < 0.01 * source.shape[0] * size[0]
    fits = [Fit.STRETCH] if same_shape else [Fit.STRETCH, Fit.CROP, Fit.PAD]
    laid = {rule: fit_source(source, size, rule) for rule in fits}
    best = max(fits, key=lambda rule: psnr_db(pixels, laid[rule]))
    note = None if same_shape else f"the source has another shape; it was laid over by {best}, which is nearest"
    return laid[best], note


def _instruments(bench: Workbench, found: _Found) -> Instruments:
    """The reader, and a scorer that can speak of this picture: one that was named, or its own model's."""
    made_by = defaults.MODEL if found.record is None else found.record.resolved.origin.model
    instruments = bench.instruments(made_by)
    reason = None if instruments.scorer is None else _unfit(found, instruments.scorer.name)
    return instruments if reason is None else replace(instruments, scorer=None, no_scorer=reason)


def _unfit(found: _Found, scorer: str) -> str | None:
    """Why a scorer cannot speak of a picture; None where it can."""
    if not found.asked.prompt:
        return "no prompt is known"
    if scorer != KNOWN_SCORER:
        return None
    if found.record is None or found.record.resolved.origin.model != defaults.MODEL:
        return OWN_PICTURES_ONLY
    return None


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
