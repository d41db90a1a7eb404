"""Chooses what evidence is measured with: a reader of text, and a scorer for each model. Loads no weights itself."""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from packshot.errors import ModelError, PackshotError
from packshot.evaluation import (
    Instruments,
    OwnScorer,
    RapidReader,
    Reader,
    RememberedReader,
    Scorer,
    TransformersScorer,
)
from packshot.models import CARD, Catalogue, Knowledge, ScorerFolder, find_scorer, has_pair, read_json
from packshot.settings import Settings

LATER = ("model.not_cached", "model.incomplete")
"""What a connection to the hub may yet remedy."""

SWITCHED_OFF = "reading text is switched off (read_text)"

_CHOOSING = threading.Lock()
"""Two threads that ask for the first time would else load two scorers."""

_LOG = logging.getLogger(__name__)


def instruments_of(settings: Settings, catalogue: Catalogue) -> Callable[[str], Instruments]:
    """What is at hand for pictures of a model, by its reference. The settings' scorer goes before a model's own.

    Raises ModelError at once where a scorer is named that can be neither read nor fetched; one that shall be fetched
    is so with the first picture, and where that fails the reason stands in the evidence: no picture is lost for it.
    """
    named = settings.scorer
    if named is not None:
        _check(named, offline=settings.offline)
    reader, no_reader = _reader(settings.threads) if settings.read_text else (None, SWITCHED_OFF)

    @cache
    def found(model: str) -> Instruments:
        scorer, no_scorer = _own(catalogue, model) if named is None else _named(named, settings.offline)
        return Instruments(reader, scorer, no_reader, no_scorer)

    def instruments(model: str) -> Instruments:
        with _CHOOSING:
            return found(model)

    return instruments


def _check(name: str, *, offline: bool) -> None:
    try:
        find_scorer(name, offline=True)
    except ModelError as error:
        if offline or error.code not in LATER or Path(name).expanduser().is_dir():
            raise


@cache
def _reader(threads: int) -> tuple[Reader | None, str]:
    """One for the process: its models take a second to load."""
    missing = [name for name in ("rapidocr", "onnxruntime") if importlib.util.find_spec(name) is None]
    if missing:
        return None, f"{' and '.join(missing)} cannot be imported, so no text is read"
    return RememberedReader(RapidReader(threads)), ""


def _named(name: str, offline: bool) -> tuple[Scorer | None, str]:
    try:
        return _named_scorer(find_scorer(name, offline=offline)), ""
    except ModelError as error:
        _LOG.warning("no scorer: %s", error)
        return None, error.message


def _own(catalogue: Catalogue, reference: str) -> tuple[Scorer | None, str]:
    """The pair of encoders that a model's card names."""
    try:
        model = catalogue.find(reference)
        card = read_json(model.folder / CARD) if (model.folder / CARD).is_file() else {}
    except PackshotError as error:
        return None, f"the model is not at hand ({error.message}), and no other scorer was named"
    if model.single_file is not None or not has_pair(card):
        return None, "the model brings no encoder that compares picture and prompt, and no other scorer was named"
    name = str(card.get("name") or model.folder.name)
    return _own_scorer(model.folder, name, model.description.knowledge), ""


@lru_cache(maxsize=1)
def _named_scorer(found: ScorerFolder) -> Scorer:
    return TransformersScorer(found)


@lru_cache(maxsize=2)
def _own_scorer(folder: Path, name: str, knowledge: Knowledge | None) -> Scorer:
    return OwnScorer(folder, name, knowledge)
