"""A rating session as pictures and a table for a spreadsheet, and the table read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packshot.errors import OutputError, RecordError
from packshot.metadata import write_atomically
from packshot.result import MEANING, Criterion, Rating
from packshot.workflow.rate import Scores, check_complete, rate
from packshot.workflow.rating_session import NeutralPicture, neutral_order, open_session, order_seed, write_neutral
from packshot.workflow.workbench import Workbench

NUMBER, PICTURE, EXPERIMENT, SEED = "number", "picture", "experiment", "seed"
MAX_BYTES = 20_000_000
DELIMITERS = (",", ";", "\t")
"""What spreadsheets write, by country."""


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """What was written: a table to fill in, with as many pictures beside it, in the order of a seed."""

    folder: Path
    table: Path
    seed: int
    pictures: int


@dataclass(frozen=True, slots=True)
class ImportedRatings:
    """What a table gave: ratings that were kept, rows left open, and rows whose rating was there already."""

    ratings: tuple[Rating, ...]
    left_open: int
    known: int


def write_sheet(
    bench: Workbench, experiment: str, folder: Path, *, by: str = "", seed: int | None = None
) -> RatingSheet:
    """Neutral pictures `001.png` …, `ratings.csv` to fill in, and `rubric.txt` with the meaning of each score.

    A table that is there is never overwritten: it may be filled in. Raises RecordError and OutputError.
    """
    chosen = order_seed(experiment, by.strip()) if seed is None else seed
    pictures = neutral_order(bench, experiment, chosen)
    table = folder / "ratings.csv"
    if table.exists():
        raise OutputError(
            "output.exists", f"{table} is already there", expected="a free name", hint="name another folder by --out"
        )
    rows = []
    for picture in pictures:
        files = write_neutral(bench, picture, folder)
        rows.append(
            {
                NUMBER: picture.number,
                "file": files.picture.name,
                "source": files.source.name if files.source else "",
                "prompt": harmless(picture.prompt),
                PICTURE: picture.picture_digest,
                EXPERIMENT: experiment,
                SEED: chosen,
            }
        )
    write_atomically(folder / "rubric.txt", _meaning().encode())
    write_atomically(table, as_csv(_columns(), rows).encode("utf-8-sig"))
    return RatingSheet(folder, table, chosen, len(pictures))


def import_sheet(bench: Workbench, path: Path, by: str) -> ImportedRatings:
    """Keep the blind ratings of a table that `write_sheet` made. All of it or nothing. Raises RecordError."""
    rows = _read(path)
    experiments = {row.get(EXPERIMENT, "").strip() for row in rows} - {""}
    if len(experiments) != 1:
        raise RecordError(
            "record.rating",
            f"{path.name} does not say which experiment it rates",
            expected=f"one name in the column {EXPERIMENT}",
            got=", ".join(sorted(experiments)) or "none",
        )
    return _keep(bench, path, rows, experiments.pop(), by, None)


def rate_from_table(bench: Workbench, path: Path, experiment: str, by: str, seed: int | None = None) -> ImportedRatings:
    """Keep blind ratings of a table with the session's numbers. All of it or nothing. Raises RecordError."""
    return _keep(bench, path, _read(path), experiment, by, seed)


def _keep(
    bench: Workbench, path: Path, rows: Sequence[Mapping[str, str]], experiment: str, by: str, seed: int | None
) -> ImportedRatings:
    pictures = open_session(bench, experiment, by, seed).pictures
    by_digest = {picture.picture_digest: picture for picture in pictures}
    by_number = {str(picture.number): picture for picture in pictures}
    read: dict[str, Scores] = {}
    left_open = 0
    for line, row in enumerate(rows, 2):
        where = f"{path.name}, line {line}"
        scores = _scores(row, where)
        if not scores:
            left_open += 1
            continue
        check_complete(scores, blind=True, where=where)
        picture = _picture(row, by_digest, by_number, where)
        if picture.run_id in read:
            raise RecordError("record.rating", f"{where} rates a picture that another line has rated")
        read[picture.run_id] = scores
    before = {
        (entry.run_id, _plain({c: (s.score, s.reason) for c, s in entry.scores.items()}))
        for entry in bench.store.experiment_ratings(experiment)
        if entry.blind and entry.rater == by.strip()
    }
    new = {run_id: scores for run_id, scores in read.items() if (run_id, _plain(scores)) not in before}
    kept = tuple(rate(bench, run_id, by, scores, blind=True) for run_id, scores in new.items())
    return ImportedRatings(kept, left_open, len(read) - len(new))


def _picture(
    row: Mapping[str, str],
    by_digest: Mapping[str, NeutralPicture],
    by_number: Mapping[str, NeutralPicture],
    where: str,
) -> NeutralPicture:
    """By the picture's digest where the table has it: numbers move when an experiment grows."""
    digest, number = row.get(PICTURE, "").strip(), row.get(NUMBER, "").strip()
    found = by_digest.get(digest) if digest else by_number.get(number.removesuffix(".png").lstrip("0"))
    if found is None:
        raise RecordError(
            "record.rating",
            f"{where} rates no picture of the experiment",
            expected="a picture's digest" if digest else f"a number from 1 to {len(by_number)}",
            got=digest or number or "nothing",
        )
    return found


def _scores(row: Mapping[str, str], where: str) -> dict[Criterion, tuple[int, str]]:
    scores: dict[Criterion, tuple[int, str]] = {}
    for criterion in Criterion:
        value, reason = row.get(criterion.value, "").strip(), row.get(_reason(criterion), "").strip()
        if value in {"0", "1", "2"}:
            scores[criterion] = (int(value), reason)
        elif value:
            raise RecordError(
                "record.rating",
                f"{where}: not a score in the column {criterion.value}",
                expected="0, 1 or 2, or nothing",
                got=value[:40],
            )
        elif reason:
            raise RecordError(
                "record.rating", f"{where}: a reason for {criterion.value}, and no score", got=reason[:80]
            )
    return scores


def _plain(scores: Scores) -> tuple[tuple[str, int, str], ...]:
    return tuple(sorted((criterion.value, score, reason.strip()) for criterion, (score, reason) in scores.items()))


def _read(path: Path) -> list[dict[str, str]]:
    """The rows of a table in UTF-8. Raises RecordError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RecordError("record.rating", f"{path.name} is too large", expected=f"at most {MAX_BYTES // 10**6} MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RecordError("record.rating", f"{path} cannot be read: {error.strerror}", expected="a CSV file") from error
    except UnicodeDecodeError as error:
        raise RecordError(
            "record.rating", f"{path.name} is not text", expected="CSV in UTF-8", hint="save it as “CSV UTF-8”"
        ) from error
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restval="", restkey="too many")
    columns = [name.strip().lower() for name in reader.fieldnames or []]
    missing = [criterion.value for criterion in Criterion if criterion.value not in columns]
    if missing or not {NUMBER, PICTURE} & set(columns):
        raise RecordError(
            "record.rating",
            f"{path.name} is not a table of ratings",
            expected=f"the columns {NUMBER} or {PICTURE}, and {', '.join(Criterion)}",
            got=", ".join(columns)[:200] or "an empty file",
        )
    reader.fieldnames = columns
    try:
        return [{name: value for name, value in row.items() if isinstance(value, str)} for row in reader]
    except csv.Error as error:
        raise RecordError("record.rating", f"{path.name} is not a table: {error}", expected="CSV") from error


def as_csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """A table with a header line."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection): a leading `=`, `+`, `-` or `@` is quoted."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _columns() -> list[str]:
    scores = [name for criterion in Criterion for name in (criterion.value, _reason(criterion))]
    return [NUMBER, "file", "source", "prompt", *scores, PICTURE, EXPERIMENT, SEED]


def _reason(criterion: Criterion) -> str:
    return f"{criterion.value} reason"


def _meaning() -> str:
    lines = ["Look at each picture at full size. Give 0, 1 or 2; a reason helps whoever reads the scores.", ""]
    for criterion in Criterion:
        lines.append(criterion.value)
        lines += [f"  {score}  {meaning}" for score, meaning in enumerate(MEANING[criterion])]
    lines += ["", "Reproducibility cannot be seen: leave it empty unless you have replayed the picture.", ""]
    return "\n".join(lines)
