"""Which instruments a machine has: a model's own scorer, a named one, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from packshot.errors import ModelError, UsageError
from packshot.evaluation import Instruments
from packshot.evaluation.adherence import KnowsSoMuch
from packshot.instruments import instruments_of
from packshot.models import EMBEDDED, Catalogue
from packshot.report import open_language
from packshot.settings import Settings, read_settings
from tests.tiny_scorers import save_tiny_clip


def chosen(settings: Settings, catalogue: Catalogue, model: str, scorer: str | None = None) -> Instruments:
    return instruments_of(replace(settings, scorer=scorer), catalogue)(model)


def test_studio_tiny_brings_its_own(settings: Settings, catalogue: Catalogue) -> None:
    found = chosen(settings, catalogue, "studio-tiny")
    assert found.scorer is not None
    assert found.scorer.name == "studio-tiny's own CLIP"
    assert isinstance(found.scorer, KnowsSoMuch)
    reading = found.scorer.reading("a red mug beside a zeppelin")
    assert reading is not None
    assert (reading.products, reading.unknown) == (("mug",), ("zeppelin",))
    assert found.reader is not None
    assert found.reader.name.startswith("rapidocr ")


def test_other_models_bring_none(settings: Settings, catalogue: Catalogue, tiny_sd: Path) -> None:
    found = chosen(settings, catalogue, str(tiny_sd))
    assert found.scorer is None
    assert "no other scorer was named" in found.no_scorer
    away = chosen(settings, catalogue, "nobody/knows-it")
    assert away.scorer is None
    assert "not at hand" in away.no_scorer


def test_a_named_scorer_goes_before_a_models_own(settings: Settings, catalogue: Catalogue, tmp_path: Path) -> None:
    folder = save_tiny_clip(tmp_path / "clip")
    found = chosen(settings, catalogue, "studio-tiny", str(folder))
    assert found.scorer is not None
    assert found.scorer.name == str(folder)


@pytest.mark.parametrize(("scorer", "code"), [("./nowhere", "model.unknown"), ("nobody/knows-it", "model.not_cached")])
def test_a_named_scorer_that_is_not_there_is_an_error(
    settings: Settings, catalogue: Catalogue, scorer: str, code: str
) -> None:
    with pytest.raises(ModelError) as caught:
        instruments_of(replace(settings, scorer=scorer), catalogue)
    assert caught.value.code == code


def test_where_the_scorer_is_named(tmp_path: Path) -> None:
    (tmp_path / "packshot.toml").write_text('scorer = "from/file"\n')
    assert read_settings({}, workspace=tmp_path).scorer == "from/file"
    environ = {"PACKSHOT_SCORER": "from/environment"}
    assert read_settings(environ, workspace=tmp_path).scorer == "from/environment"
    assert read_settings(environ, workspace=tmp_path, scorer="from/flag").scorer == "from/flag"
    (tmp_path / "packshot.toml").write_text("scorer = 3\n")
    with pytest.raises(UsageError, match="scorer must be a text"):
        read_settings({}, workspace=tmp_path)


def test_text_is_not_read_where_that_is_switched_off(settings: Settings, catalogue: Catalogue) -> None:
    found = instruments_of(replace(settings, read_text=False), catalogue)(EMBEDDED)
    assert found.reader is None
    assert "read_text" in found.no_reader
    assert open_language("fr").knows(found.no_reader)


def test_the_setting_that_switches_reading_off(tmp_path: Path) -> None:
    assert read_settings({}, workspace=tmp_path).read_text
    assert not read_settings({"PACKSHOT_READ_TEXT": "no"}, workspace=tmp_path).read_text
    (tmp_path / "packshot.toml").write_text("read_text = false\n", encoding="utf-8")
    assert not read_settings({}, workspace=tmp_path).read_text
    assert read_settings({"PACKSHOT_READ_TEXT": "yes"}, workspace=tmp_path).read_text
    with pytest.raises(UsageError):
        read_settings({"PACKSHOT_READ_TEXT": "perhaps"}, workspace=tmp_path)
