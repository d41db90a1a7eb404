"""A model on a server, from the command to the record and back: everything around the engine is the real thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from packshot import wiring
from packshot.cli.main import run
from packshot.errors import ModelError
from packshot.models import Catalogue, DigestCache
from packshot.result import RunState, Sameness
from packshot.settings import Settings, read_settings
from packshot.spec import Spec
from packshot.workflow import KnownSources, make_picture, replay
from packshot.workflow.configuration import configuration_of
from packshot.workflow.ordering import order_of
from tests.images_server import MODEL, ImagesServer, images_server, refused

KEY = "key-that-nobody-may-see"


@pytest.fixture
def server() -> Iterator[ImagesServer]:
    with images_server() as served:
        yield served


@pytest.fixture
def call(
    server: ImagesServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    no_instruments: None,
) -> Callable[..., tuple[int, str]]:
    """`call("generate", …)`: the command, with the real engine and a key in the environment; code, and all it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    monkeypatch.setenv("PACKSHOT_REMOTE_KEY", KEY)

    def called(*words: str) -> tuple[int, str]:
        code = run([*words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return called


def made(call: Callable[..., tuple[int, str]], server: ImagesServer, *more: str) -> dict[str, Any]:
    """A picture, as `--json` tells it."""
    size = ("--size", "72x64", "--steps", "4", "--guidance", "3")
    code, said = call("generate", "a red mug", "--model", server.reference, *size, "--json", *more)
    assert code == 0, said
    told: dict[str, Any] = json.loads(said[said.index("{") :])
    return told["data"]


def test_the_key_is_in_no_file_and_no_word(
    call: Callable[..., tuple[int, str]], server: ImagesServer, tmp_path: Path
) -> None:
    server.replies = [refused(401, f"no {KEY}")]
    code, said = call("generate", "a red mug", "--model", server.reference, "--size", "72x64")
    assert (code, "refuses the key" in said, KEY in said) == (1, True, False)
    made(call, server, "--out", "mug.png")
    assert server.seen[-1].headers["Authorization"] == f"Bearer {KEY}"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_a_replay_measures_and_says_that_nothing_was_promised(
    call: Callable[..., tuple[int, str]], server: ImagesServer, tmp_path: Path
) -> None:
    made(call, server, "--out", "mug.png")
    settings = Settings(workspace=tmp_path / ".packshot", device="cpu", threads=1, offline=True, output=tmp_path)
    with wiring.open_workbench(settings) as bench:
        again = replay(bench, "mug.png")
        assert again.verdict is not None
        assert again.verdict.sameness is Sameness.IDENTICAL
        assert any("promises nothing" in cause for cause in again.verdict.causes)
        server.replies = [lambda seen: server.answer(replace(seen, fields={**seen.fields, "seed": 1}))]
        another = replay(bench, "mug.png")
        assert another.verdict is not None
        assert another.verdict.sameness is Sameness.DIFFERENT
        assert "promises nothing" in another.verdict.causes[0]
        shown = dict(configuration_of(bench.store.run(again.run.id)))
        assert shown["made on"] == f"{server.place}  (remote)"
        assert "owned_by somebody" in shown["libraries"]


def test_a_record_that_names_a_server_sends_nothing_there(settings: Settings, tmp_path: Path) -> None:
    """Somebody's file or plan shall not get the key, nor a source picture."""
    text = f"openai+https://images.example/v1#{MODEL}"
    with wiring.open_workbench(settings, engine="fake") as bench:
        with pytest.raises(ModelError) as caught:
            order_of(bench, spec_for(text), KnownSources(bench))
        assert caught.value.code == "model.remote"
    allowed = replace(settings, remote_hosts=("images.example",))
    with wiring.open_workbench(allowed, engine="fake") as bench:
        assert order_of(bench, spec_for(text), KnownSources(bench)).resolved.origin.model == text


def spec_for(model: str) -> Spec:
    return Spec(prompt="a red mug", model=model, width=64, height=64)


def test_hosts_are_read_from_the_environment_and_the_file(tmp_path: Path) -> None:
    from packshot.errors import UsageError

    def read(value: str | None = None, written: str = "") -> tuple[str, ...]:
        (tmp_path / "packshot.toml").write_text(written, encoding="utf-8")
        environ = {} if value is None else {"PACKSHOT_REMOTE_HOSTS": value}
        return read_settings(environ, workspace=tmp_path, device="cpu").remote_hosts

    assert read() == ()
    assert read(" A.example, b.example:8443 ,") == ("a.example", "b.example:8443")
    assert read(written='remote_hosts = ["a.example"]') == ("a.example",)
    for wrong in ("https://a.example", "a b", "a.example/v1", ","):
        with pytest.raises(UsageError):
            read(wrong)
    with pytest.raises(UsageError):
        read(written="remote_hosts = 3")
    with pytest.raises(UsageError):
        read(written="remote_hosts = [3]")


def test_a_plan_runs_on_a_server_several_at_once(
    call: Callable[..., tuple[int, str]], server: ImagesServer, tmp_path: Path
) -> None:
    (tmp_path / "plan.yaml").write_text(
        "schema: packshot.plan/1\nname: far\ntitle: Far\nquestion: Do steps matter there?\n"
        "baseline: {name: baseline, prompt: a red mug, steps: 4, guidance: 3, width: 72, height: 64}\n"
        "vary: {steps: [5, 6]}\nseeds: [1, 2]\n",
        encoding="utf-8",
    )
    code, said = call("experiment", "run", "plan.yaml", "--model", server.reference, "--slots", "4")
    assert code == 0, said
    assert len(server.seen) == 6
    assert {seen.fields["num_inference_steps"] for seen in server.seen} == {4, 5, 6}
    code, said = call("experiment", "run", "plan.yaml", "--model", server.reference)
    assert code == 0, said
    assert len(server.seen) == 6


def test_a_server_is_shown_as_one(call: Callable[..., tuple[int, str]], server: ImagesServer) -> None:
    code, said = call("models", "show", server.reference, "--json")
    told = json.loads(said)["data"]
    assert code == 0
    assert (told["runs"], told["folder"]) == ("on its server", f"{server.url}/v1")
    assert server.seen == []


def test_failures_are_kept_with_the_run(server: ImagesServer, settings: Settings, no_instruments: None) -> None:
    server.replies = [refused(400, "that size is not made here")]
    with wiring.open_workbench(settings) as bench:
        spec = spec_for(server.reference)
        done = make_picture(bench, spec).run
        assert done.state is RunState.FAILED
        assert done.failure is not None
        assert "that size is not made here" in done.failure.message
        assert make_picture(bench, spec).run.state is RunState.SUCCEEDED


def test_a_catalogue_by_itself_names_no_server() -> None:
    assert not Catalogue(DigestCache(None), offline=True).is_here("openai+https://images.example/v1#m")
