"""What all tests share: tiny models made once, a settings value, an empty library of sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it
if "PYTEST_XDIST_WORKER" in os.environ:  # processes that share the cores would wait for each other by spinning
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
for _name in [name for name in os.environ if name.startswith("PACKSHOT_") and name != "PACKSHOT_TEST_PHOTOS"]:
    del os.environ[_name]

from packshot.models import Catalogue, DigestCache
from packshot.resolve import SourcePicture
from packshot.settings import Settings
from packshot.store import schema
from tests.browser import browser, new_page  # noqa: F401  (fixtures of all)

ROOT = Path(__file__).resolve().parents[1]
PHOTOS = Path(os.environ.get("PACKSHOT_TEST_PHOTOS", ROOT.parent / "shared" / "photos"))


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    """The migrations make the first workspace of a process; each new one gets the tables that they made, at once."""
    made: list[str] = []
    migrate = schema._upgrade

    def upgrade(connection: Connection, found: str | None, place: str) -> None:
        if found is not None or connection.dialect.name != "sqlite":
            migrate(connection, found, place)
        elif not made:
            migrate(connection, found, place)
            rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
            made.extend([*rows.scalars(), f"INSERT INTO alembic_version VALUES ('{schema.HEAD}')"])
        else:
            for statement in made:
                connection.exec_driver_sql(statement)

    upgrade.real = migrate  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "_upgrade", upgrade)
        yield


@pytest.fixture(scope="session")
def tiny_sd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Stable Diffusion 1.x folder."""
    from tests.tiny_models import save_tiny_sd

    return save_tiny_sd(tmp_path_factory.mktemp("models") / "tiny-sd")


@pytest.fixture(scope="session")
def tiny_sd2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Stable Diffusion 2.x folder (v-prediction)."""
    from tests.tiny_models import save_tiny_sd

    return save_tiny_sd(tmp_path_factory.mktemp("models") / "tiny-sd2", prediction="v_prediction", seed=1)


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Stable Diffusion XL folder."""
    from tests.tiny_models import save_tiny_sdxl

    return save_tiny_sdxl(tmp_path_factory.mktemp("models") / "tiny-sdxl")


@pytest.fixture(scope="session")
def tiny_transformer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`tiny_transformer("flux-dev")`: the folder of a tiny model that runs in its own pipeline, made on first use."""
    root = tmp_path_factory.mktemp("transformers")

    def folder(name: str) -> Path:
        from tests.tiny_transformers import SAVED

        return root / name if (root / name).is_dir() else SAVED[name](root / name)

    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a workspace in a temporary folder."""
    return Settings(workspace=tmp_path / "ws", device="cpu", threads=1, offline=True, output=tmp_path / "outputs")


@pytest.fixture
def catalogue() -> Catalogue:
    """A catalogue that remembers nothing and may not ask the hub."""
    return Catalogue(DigestCache(None), offline=True)


class NoLibrary:
    """A library of sources that knows none."""

    def by_digest(self, digest: str) -> SourcePicture | None:
        return None

    def packaged(self, name: str) -> Path | None:
        return None


@pytest.fixture
def library() -> NoLibrary:
    """An empty library of sources."""
    return NoLibrary()


@pytest.fixture
def no_instruments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither reader nor scorer: pictures of the fake engine have no text, and each would be read all the same."""
    from packshot.evaluation import NO_INSTRUMENTS

    monkeypatch.setattr(
        "packshot.wiring.workbench.instruments_of", lambda _settings, _catalogue: lambda _model: NO_INSTRUMENTS
    )


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of real photos; tests that need it skip where it is not."""
    if not PHOTOS.is_dir():
        pytest.skip("no folder of real photos (set PACKSHOT_TEST_PHOTOS)")
    return PHOTOS
