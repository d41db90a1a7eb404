"""Pictures in S3: whole or not there, copies that are not trusted blindly, and what is said when S3 is away."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from packshot.errors import StoreError, UsageError
from packshot.result import picture_digest
from packshot.store import s3 as s3_module
from packshot.store.picture_cache import PictureCache
from packshot.store.pictures import encoded
from packshot.store.s3 import S3Folder
from packshot.store.s3_pictures import S3Originals, S3PictureStore
from tests.store.examples import picture

LIMIT = 1_000_000


@pytest.fixture
def cache(tmp_path: Path) -> PictureCache:
    return PictureCache(tmp_path / "copies", LIMIT)


@pytest.fixture
def pictures(bucket: str, cache: PictureCache) -> S3PictureStore:
    return S3PictureStore(S3Folder(bucket), cache)


def object_of(digest: str) -> str:
    return f"pictures/{digest[:2]}/{digest}.png"


def test_pixels_come_back_as_they_went(pictures: S3PictureStore, bucket: str, tmp_path: Path) -> None:
    shown = [picture(seed, 5 + seed, 7) for seed in range(3)]
    digests = [pictures.put(pixels) for pixels in shown]
    assert digests == [picture_digest(pixels) for pixels in shown]
    assert list(pictures.digests()) == sorted(digests)
    elsewhere = S3PictureStore(S3Folder(bucket), PictureCache(tmp_path / "elsewhere", LIMIT))
    for digest, pixels in zip(digests, shown, strict=True):
        assert np.array_equal(pictures.get(digest), pixels)
        assert np.array_equal(elsewhere.get(digest), pixels)
        assert np.array_equal(elsewhere.stored(digest), pixels)
        assert elsewhere.has(digest)
        assert elsewhere.is_intact(digest)
        with Image.open(elsewhere.path(digest)) as image:
            assert image.info == {}
    missing = picture_digest(picture(9))
    assert not pictures.has(missing)
    assert not pictures.is_intact(missing)
    for ask in (pictures.get, pictures.stored, pictures.path):
        with pytest.raises(StoreError, match="cannot be read"):
            ask(missing)


def test_what_is_no_digest_or_no_colour_is_refused(pictures: S3PictureStore) -> None:
    for digest in ("", "../../etc/passwd", "A" * 64):
        assert not pictures.has(digest)
        with pytest.raises(StoreError):
            pictures.get(digest)
    with pytest.raises(ValueError, match="expected pixels"):
        pictures.put(np.zeros((4, 4), np.uint8))


def test_a_copy_that_is_damaged_or_forged_is_fetched_again(pictures: S3PictureStore, cache: PictureCache) -> None:
    digest = pictures.put(picture(1))
    for forged in (b"half a pict", encoded(picture(2))):
        cache.path(digest).write_bytes(forged)
        assert np.array_equal(pictures.get(digest), picture(1))
        assert cache.path(digest).read_bytes() == encoded(picture(1))


def test_an_object_that_is_damaged_is_known_and_mended(
    pictures: S3PictureStore, cache: PictureCache, bucket: str
) -> None:
    digest, folder = pictures.put(picture(1)), S3Folder(bucket)
    for content in (b"half a pict", encoded(picture(2))):
        folder.write(object_of(digest), content, "image/png")
        assert pictures.has(digest)
        assert not pictures.is_intact(digest)
        assert np.array_equal(pictures.get(digest), picture(1)), "the copy here is whole"
        cache.drop(digest)
        with pytest.raises(StoreError, match="cannot be read"):
            pictures.get(digest)
        assert not cache.path(digest).exists()
        pictures.put(picture(1))
        assert pictures.is_intact(digest)


def test_files_come_back_as_they_went(bucket: str) -> None:
    originals, folder = S3Originals(S3Folder(bucket)), S3Folder(bucket)
    digest = originals.put(b"a file")
    assert originals.put(b"a file") == digest
    assert originals.get(digest) == b"a file"
    folder.write(f"originals/{digest[:2]}/{digest}", b"forged", "image/png")
    assert not originals.is_intact(digest)
    with pytest.raises(StoreError, match="missing or was changed"):
        originals.get(digest)
    originals.put(b"a file")
    assert originals.is_intact(digest)


def test_the_copies_stay_below_their_limit_and_the_oldest_goes_first(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "copies", 100)
    digests = [f"{number:064x}" for number in range(6)]
    for age, digest in enumerate(digests[:4]):
        cache.keep(digest, b"x" * 25)
        old = 1_000_000.0 + age
        os.utime(cache.path(digest), (old, old))
    assert cache.find(digests[0]) is not None, "looked at: no longer the oldest"
    cache.keep(digests[4], b"x" * 25)
    kept = [digest for digest in digests if cache.path(digest).is_file()]
    assert kept == [digests[0], digests[3], digests[4]]
    assert cache.find(digests[1]) is None
    PictureCache(tmp_path / "copies", 20).keep(digests[5], b"x" * 25)
    assert cache.path(digests[5]).is_file(), "what was just kept is about to be read"


@pytest.mark.parametrize("change", ["bucket", "key"])
def test_s3_that_refuses_is_told_without_a_secret(
    s3: str, cache: PictureCache, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    if change == "key":
        for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_ENDPOINT_URL_S3"]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    place = S3Folder(s3 if change == "key" else "s3://no-such-bucket/a")
    with pytest.raises(StoreError) as caught:
        S3PictureStore(place, cache).put(picture(1))
    assert caught.value.code == "pictures.refused"
    assert "test-secret" not in str(caught.value)


class Moody(BaseHTTPRequestHandler):
    """Answers 503 as often as `left` says, then that there is no such object."""

    left = 0
    asked = 0

    def do_GET(self) -> None:
        Moody.asked += 1
        busy = Moody.left > 0
        Moody.left -= 1
        code = b"SlowDown" if busy else b"NoSuchKey"
        body = b"<Error><Code>" + code + b"</Code><Message>test-secret</Message></Error>"
        self.send_response(503 if busy else 404)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/xml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def moody(s3: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Moody]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
    Moody.asked = 0
    yield Moody
    server.shutdown()
    server.server_close()


def test_a_passing_refusal_is_asked_again(moody: type[Moody]) -> None:
    moody.left = 1
    assert S3Folder("s3://packshot").read("x") is None
    assert moody.asked == 2


def test_s3_that_stays_away_is_told_and_nothing_is_kept(
    moody: type[Moody], cache: PictureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_module, "TRIES", 2)
    moody.left = 99
    with pytest.raises(StoreError) as caught:
        S3PictureStore(S3Folder("s3://packshot"), cache).put(picture(1))
    assert (caught.value.code, caught.value.got, moody.asked) == ("pictures.unreachable", "SlowDown", 2)
    assert "test-secret" not in str(caught.value)
    assert list(cache.folder.rglob("*")) == []
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    with pytest.raises(StoreError) as caught:
        S3Folder("s3://packshot").has("x")
    assert caught.value.code == "pictures.unreachable"


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3://UPPER", "s3://key:s3cret@bucket/a", "s3://bucket/a/../b", "s3://bucket/a?b=s3cret", "/tmp"],
)
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        S3Folder(address)
    assert caught.value.code == "settings.invalid"
    assert "s3cret" not in str(caught.value)


def test_addresses_are_read_with_care() -> None:
    for address, place in (
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/", "s3://bucket"),
        ("s3://b-1/a/b/", "s3://b-1/a/b"),
    ):
        assert S3Folder(address).place == place
