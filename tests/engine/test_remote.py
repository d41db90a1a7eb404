"""Models on servers: what is asked, what comes back, and what goes wrong on the way."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.engine import Failed, Finished
from packshot.engine.remote import Client, Patience, RemoteEngine
from packshot.engine.remote.answer import picture_of
from packshot.engine.remote.refusal import is_passing, refusal, told, wait_s
from packshot.errors import EngineError
from packshot.models import Catalogue, parse_reference
from packshot.models.remote_reference import RemoteReference
from packshot.resolve import Order, resolve
from packshot.settings import Settings
from packshot.spec import Spec
from tests.engine.driving import digest_of, drain, finished, kinds
from tests.images_server import ImagesServer, Reply, drawn, images_server, in_json, refused, with_picture

KEY = "sk-secret-0123456789"
QUICK = Patience(connect_s=2.0, answer_s=10.0, tries=3, backoff_s=0.001)

Ask = Callable[..., Order]


@pytest.fixture
def server() -> Iterator[ImagesServer]:
    with images_server() as served:
        yield served


@pytest.fixture
def engine() -> RemoteEngine:
    return made()


def made(key: str | None = KEY, patience: Patience = QUICK, *, offline: bool = False) -> RemoteEngine:
    numbers = iter(range(1000))
    client = Client(lambda: key, patience=patience, offline=offline)
    return RemoteEngine(client, random_bytes=lambda count: next(numbers).to_bytes(count, "big"))


@pytest.fixture
def ask(server: ImagesServer, catalogue: Catalogue, settings: Settings, library: Any) -> Ask:
    def asked(**fields: Any) -> Order:
        usual = {"prompt": "a red mug", "model": server.reference, "steps": 4, "guidance": 3.5}
        spec = Spec(**(usual | {"width": 72, "height": 64} | fields))
        return resolve(spec, catalogue, settings, library)

    return asked


def failure(engine: RemoteEngine, order: Order) -> Any:
    """What the one order fails with."""
    engine.submit(order)
    (failed,) = [event for event in drain(engine) if isinstance(event, Failed)]
    assert KEY not in repr(failed)
    assert failed.failure.trace is None
    return failed.failure


def test_words_are_sent_as_documented(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    order = ask(seed=7, negative_prompt="text")
    ticket = engine.submit(order)
    events = drain(engine)
    assert kinds(events, ticket) == ["Started", "Advanced", "Finished"]
    (seen,) = server.seen
    assert seen.path == "/v1/images/generations"
    assert seen.headers["Authorization"] == f"Bearer {KEY}"
    assert seen.fields == {
        "model": "some/model",
        "prompt": "a red mug",
        "n": 1,
        "size": "72x64",
        "response_format": "b64_json",
        "seed": 7,
        "num_inference_steps": 4,
        "guidance_scale": 3.5,
        "negative_prompt": "text",
    }
    expected = np.asarray(Image.open(io.BytesIO(drawn(seen))))
    assert np.array_equal(finished(events)[ticket].pixels, expected)


def test_a_source_goes_as_a_file(server: ImagesServer, engine: RemoteEngine, ask: Ask, photo: Path) -> None:
    order = ask(source=str(photo), strength=0.5)
    ticket = engine.submit(order)
    made_of = finished(drain(engine))[ticket]
    (seen,) = server.seen
    assert seen.path == "/v1/images/edits"
    assert (seen.fields["strength"], seen.fields["seed"], seen.fields["size"]) == ("0.5", "42", "72x64")
    assert seen.image is not None
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(seen.image))), order.source)
    assert made_of.provenance.fitted_source_digest is not None


def test_the_record_says_what_the_server_tells_and_no_more(engine: RemoteEngine, ask: Ask) -> None:
    order = ask()
    ticket = engine.submit(order)
    provenance = finished(drain(engine))[ticket].provenance
    assert provenance.libraries == {"server": "Double/1", "model on the server": "owned_by somebody, root /weights"}
    assert (provenance.device, provenance.precision, provenance.rng_device) == ("remote", "not told", "not told")
    assert provenance.device_name == order.model.remote.place  # type: ignore[union-attr]
    assert any("nobody promises" in note for note in provenance.notes)
    assert KEY not in provenance.model_dump_json()


def test_a_server_without_a_list_is_taken_as_it_is(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    for reply in (Reply(404), Reply(200, b"[1"), in_json({"data": 3}), Reply(200, b"x" * 2_000_000)):
        server.models = reply
        ticket = engine.submit(ask())
        assert finished(drain(engine))[ticket].provenance.libraries["model on the server"] == "not told"


def test_without_a_key_none_is_sent(server: ImagesServer, ask: Ask) -> None:
    engine = made(key=None)
    engine.submit(ask())
    drain(engine)
    assert "Authorization" not in server.seen[0].headers


def test_a_key_that_is_none_is_never_sent_nor_shown(server: ImagesServer, ask: Ask) -> None:
    engine = made(key="se cret\r\nX: y")
    engine.submit(ask())
    (failed,) = [event for event in drain(engine) if isinstance(event, Failed)]
    assert failed.failure.code == "remote.key"
    assert "se cret" not in repr(failed)
    assert server.seen == []


@pytest.mark.parametrize(
    "reply",
    [
        refused(429, "slow down", Retry_After="0"),
        refused(500, "oh"),
        refused(503, "loading"),
        Reply(200, b'{"data": [', cut=4),
        Reply(502, b"<html>"),
    ],
    ids=["429", "500", "503", "cut", "502"],
)
def test_what_passes_is_asked_again(server: ImagesServer, engine: RemoteEngine, ask: Ask, reply: Reply) -> None:
    server.replies = [reply, reply]
    ticket = engine.submit(ask())
    made_of = finished(drain(engine))[ticket]
    assert len(server.seen) == 3
    assert "the server was asked 3 times" in made_of.provenance.notes
    assert len({seen.headers["Idempotency-Key"] for seen in server.seen}) == 1


def test_each_order_has_a_name_of_its_own(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    engine.submit(ask())
    engine.submit(ask())
    drain(engine)
    assert len({seen.headers["Idempotency-Key"] for seen in server.seen}) == 2


@pytest.mark.parametrize(
    ("reply", "tries", "code", "words"),
    [
        (refused(400, "size is too large"), 1, "remote.refused", "size is too large"),
        (in_json({"detail": [{"loc": ["n"], "msg": "bad"}]}, 422), 1, "remote.refused", '"msg": "bad"'),
        (refused(401, f"Incorrect API key provided: {KEY}"), 1, "remote.key", "Incorrect API key provided: …"),
        (refused(401, "no sk-secr*************6789 here"), 1, "remote.key", "no … here"),
        (refused(403, "not for you"), 1, "remote.key", "not for you"),
        (refused(404, "no such model"), 1, "remote.refused", "no such model"),
        (refused(429, "much to do", Retry_After="0"), 3, "remote.busy", "much to do"),
        (refused(429, "tomorrow", Retry_After="86400"), 1, "remote.busy", "tomorrow"),
        (refused(500, "it broke"), 3, "remote.busy", "it broke"),
        (refused(501, "not made"), 1, "remote.busy", "not made"),
        (refused(500, "long " * 1000), 3, "remote.busy", "long long"),
        (refused(400, "x" * 1_000_000), 1, "remote.refused", "status 400"),
        (Reply(302, b"", {"Location": "http://127.0.0.1:9/"}), 1, "remote.refused", "not followed"),
    ],
)
def test_what_lasts_is_told_in_the_servers_words(
    server: ImagesServer, engine: RemoteEngine, ask: Ask, reply: Reply, tries: int, code: str, words: str
) -> None:
    server.replies = [reply] * 5
    found = failure(engine, ask())
    assert found.code == code
    assert words in found.message
    assert len(found.message) < 800
    assert len(server.seen) == tries


BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<html>hello</html>"), "no JSON"),
        (Reply(200, b"[" * 200_000), "no JSON"),
        (Reply(200, b"\xff\xfe"), "no JSON"),
        (in_json([]), "no picture"),
        (in_json({"data": []}), "0 pictures"),
        (in_json({"data": [{}, {}]}), "2 pictures"),
        (in_json({"data": [{"url": "http://169.254.169.254/"}]}), "an entry with url"),
        (in_json({"data": [{"b64_json": "!!"}]}), "no base64"),
        (in_json({"data": [{"b64_json": ""}]}), "empty"),
        (with_picture(b"GIF89a" + bytes(50)), "cannot be read"),
        (with_picture(BOMB), "cannot be read"),
        (with_picture(bytes(20_500_000)), "too large"),
        (Reply(200, b" " * 30_000_000), "too large"),
        (Reply(200, b"{}", {"Content-Encoding": "gzip"}), "compressed"),
        (lambda seen: with_picture(drawn(seen, (64, 64))), "64×64"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_answer_that_is_no_such_picture_is_a_failure(
    server: ImagesServer, engine: RemoteEngine, ask: Ask, reply: Any, words: str
) -> None:
    server.replies = [reply]
    found = failure(engine, ask())
    assert found.code == "remote.answer"
    assert words in found.message
    assert len(server.seen) == 1


def test_a_blank_picture_is_no_success(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    file = io.BytesIO()
    Image.new("RGB", (72, 64)).save(file, "PNG")
    server.replies = [with_picture(file.getvalue())]
    assert failure(engine, ask()).code == "picture.blank"


def test_a_prompt_that_the_server_changed_is_noted(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    server.replies = [lambda seen: with_picture(drawn(seen, kind="JPEG"), revised_prompt="a blue mug")]
    ticket = engine.submit(ask())
    assert "the server wrote the prompt anew: a blue mug" in finished(drain(engine))[ticket].provenance.notes


def test_nobody_listens(catalogue: Catalogue, settings: Settings, library: Any) -> None:
    spec = Spec(prompt="a mug", model="openai+http://127.0.0.1:9/v1#m", width=64, height=64)
    found = failure(made(), resolve(spec, catalogue, settings, library))
    assert found.code == "remote.unreachable"
    assert "127.0.0.1:9" in found.message


def test_a_server_that_says_nothing_is_not_waited_for_forever(server: ImagesServer, ask: Ask) -> None:
    server.hold = threading.Event()
    found = failure(made(patience=Patience(answer_s=0.2, tries=3, backoff_s=0.001)), ask())
    assert found.code == "remote.unreachable"
    assert len(server.seen) == 1


def test_offline_asks_nobody_else(settings: Settings, library: Any) -> None:
    from packshot.models import DigestCache

    models = Catalogue(DigestCache(None), offline=True, remote_hosts=["images.example"])
    spec = Spec(prompt="a mug", model="openai+https://images.example/v1#m", width=64, height=64)
    found = failure(made(offline=True), resolve(spec, models, settings, library))
    assert (found.code, "offline" in found.message) == ("remote.unreachable", True)


def test_several_are_on_their_way_at_once(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    server.hold = threading.Event()
    tickets = [engine.submit(ask(seed=seed, slots=4)) for seed in range(6)]
    events = step_until(engine, lambda: server.together == 4)
    assert sum(type(event).__name__ == "Started" for event in events) == 4
    server.hold.set()
    events += drain(engine)
    assert sorted(finished(events)) == tickets
    assert server.most_together == 4
    assert not engine.busy


def test_one_failure_touches_no_other(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    server.replies = [lambda seen: refused(400, "no") if seen.fields["seed"] == 1 else with_picture(drawn(seen))] * 3
    tickets = [engine.submit(ask(seed=seed, slots=4)) for seed in range(3)]
    events = drain(engine)
    assert sorted(finished(events)) == [tickets[0], tickets[2]]


def test_a_cancelled_order_is_forgotten(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    server.hold = threading.Event()
    first, second = engine.submit(ask(seed=1, slots=1)), engine.submit(ask(seed=2, slots=1))
    step_until(engine, lambda: server.together == 1)
    assert kinds(engine.cancel(first), first) == ["Cancelled"]
    assert engine.cancel(first) == []
    server.hold.set()
    events = drain(engine)
    assert list(finished(events)) == [second]
    assert kinds(events, first) == []


def test_waiting_for_the_next_try_ends_with_the_order(server: ImagesServer, ask: Ask) -> None:
    engine = made(patience=Patience(tries=3, longest_wait_s=100.0))
    server.replies = [refused(503, "later", Retry_After="60")]
    ticket = engine.submit(ask())
    step_until(engine, lambda: len(server.seen) == 1)
    engine.cancel(ticket)
    until(lambda: all(thread.name != "remote" for thread in threading.enumerate()))
    assert len(server.seen) == 1


def test_a_paused_order_keeps_its_picture(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    server.hold = threading.Event()
    sent, waiting = engine.submit(ask(seed=1, slots=1)), engine.submit(ask(seed=2, slots=1))
    step_until(engine, lambda: server.together == 1)
    assert kinds(engine.pause(sent), sent) == ["Paused"]
    server.hold.set()
    events = drain(engine)
    assert list(finished(events)) == [waiting]
    assert not engine.busy
    assert kinds(engine.resume(sent), sent) == ["Resumed"]
    assert list(finished(drain(engine))) == [sent]
    assert len(server.seen) == 2


def test_an_order_paused_before_it_was_sent_is_not_sent(server: ImagesServer, engine: RemoteEngine, ask: Ask) -> None:
    ticket = engine.submit(ask())
    engine.pause(ticket)
    assert (drain(engine), server.seen) == ([], [])
    engine.resume(ticket)
    assert list(finished(drain(engine))) == [ticket]


def test_the_same_request_gives_what_the_server_gives(engine: RemoteEngine, ask: Ask) -> None:
    for seed in (3, 3, 4):
        engine.submit(ask(seed=seed))
    digests = [digest_of(event) for _, event in sorted(finished(drain(engine)).items())]
    assert digests[0] == digests[1] != digests[2]


def test_how_long_is_waited() -> None:
    now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert [wait_s(None, tried, 1.0, now) for tried in (1, 2, 3, 9)] == [1.0, 2.0, 4.0, 30.0]
    assert wait_s(" 7 ", 1, 1.0, now) == 7.0
    assert wait_s("Sat, 28 Nov 2026 12:00:09 GMT", 1, 1.0, now) == 9.0
    assert wait_s("Sat, 28 Nov 2026 11:00:00 GMT", 1, 1.0, now) == 0.0
    for nonsense in ("soon", "-3", "", "Sat, 99 Nov 2026 12:00:09 GMT", "1e9"):
        assert wait_s(nonsense, 1, 1.0, now) == 1.0


def test_which_statuses_pass() -> None:
    asked = (400, 401, 404, 408, 429, 500, 501, 502, 503, 504, 507, 529)
    assert [status for status in asked if is_passing(status)] == [429, 500, 502, 503, 504, 529]


def test_a_servers_words_hold_no_key_and_no_control_characters() -> None:
    assert told(b'{"error": {"message": "a\\u001b[31m\\n  b"}}', None) == "a[31m b"
    assert told(b"", None) is None
    assert told(b'{"error": "plain"}', None) == "plain"
    assert told(f"your key {KEY}!".encode(), KEY) == "your key …!"
    assert KEY not in str(refusal(401, KEY.encode(), place="a", key=KEY))


def test_a_place_names_no_port_of_its_scheme() -> None:
    reference = parse_reference("openai+https://a.example:443/v1#m")
    assert isinstance(reference, RemoteReference)
    assert reference.place == "a.example"


def test_a_picture_is_taken_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    found = picture_of(with_picture(file.getvalue()).body, (30, 20), "a mug")
    assert np.array_equal(found.pixels, pixels)
    assert found.notes == ()
    with pytest.raises(EngineError):
        picture_of(b"{}", (30, 20), "a mug")


def step_until(engine: RemoteEngine, holds: Callable[[], bool]) -> list[Any]:
    events: list[Any] = []
    until(lambda: bool(events.extend(engine.step())) or holds())
    return events


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_what_is_finished_says_how_long_it_took(engine: RemoteEngine, ask: Ask) -> None:
    engine.submit(ask())
    (made_of,) = [event for event in drain(engine) if isinstance(event, Finished)]
    assert 0 < made_of.timings.denoise_s <= made_of.timings.total_s
