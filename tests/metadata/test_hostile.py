"""Files from outside: whatever the bytes, the answer is one of our errors."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from packshot.errors import PackshotError, RecordError
from packshot.metadata import encode_png, read_record
from packshot.metadata.chunks import SIGNATURE
from packshot.metadata.picture_file import FILE_MAX_BYTES
from packshot.spec import LoraPin
from tests.metadata.samples import sample_pixels, sample_record

GOOD = encode_png(sample_pixels(), sample_record())


def code_of(path: Path) -> str:
    with pytest.raises(PackshotError) as caught:
        read_record(path)
    return caught.value.code


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, width: int = 24, height: int = 20) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(chunks) + chunk(b"IEND", b"")


def with_record_text(path: Path, text: str) -> Path:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("packshot", text, zip=True)
    Image.fromarray(sample_pixels()).save(path, pnginfo=chunks)
    return path


def itxt(text: bytes, *, keyword: bytes = b"packshot", packed: bool = True) -> bytes:
    body = zlib.compress(text) if packed else text
    return chunk(b"iTXt", keyword + b"\0" + bytes([packed, 0]) + b"\0\0" + body)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_bytes_never_raise_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["change", "cut", "insert"])):
            case "change":
                content[at] ^= data.draw(st.integers(1, 255))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 50))]
            case _:
                content[at:at] = data.draw(st.binary(max_size=20))
        if not content:
            break
    path = tmp_path / "x.png"
    path.write_bytes(content)
    try:
        record, _ = read_record(path)
    except PackshotError:
        return
    assert record == sample_record_again(record.picture_digest)  # mutations that undo each other


def sample_record_again(digest: str) -> object:
    return (
        type(sample_record())
        .from_text(sample_record().to_text(), name="x")
        .model_copy(update={"picture_digest": digest})
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(
        st.tuples(
            st.sampled_from(
                [b"IDAT", b"iTXt", b"zTXt", b"tEXt", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"gAMA", b"fcTL", b"IHDR"]
            ),
            st.binary(max_size=40),
        ),
        max_size=4,
    )
)
def test_wrong_chunks_with_right_checksums_never_raise_anything_else(
    tmp_path: Path, kinds: list[tuple[bytes, bytes]]
) -> None:
    path = tmp_path / "x.png"
    record = itxt(sample_record().to_text().encode())
    path.write_bytes(png(record, *(chunk(kind, data) for kind, data in kinds)))
    with pytest.raises(PackshotError):
        read_record(path)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    assert code_of(tmp_path / "x.png") == "record.not_found"
    assert code_of(tmp_path) == "record.not_found"
    assert code_of(Path("a\0b")) == "record.not_found"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    assert code_of(tmp_path / "x.png") == "record.not_found"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source.format"),
        (b"\xff\xd8\xff\xe0 a JPEG", "source.format"),
        (GOOD[:200], "source.corrupt"),
        (GOOD[:-12], "source.corrupt"),
        (encode_png(sample_pixels()), "record.no_spec"),
        (png(width=12_000, height=12_000), "source.too_large"),
        (png(width=24, height=9000), "source.too_large"),
        (png(width=2**31, height=2**31), "source.too_large"),
        (png(width=0, height=24), "source.too_small"),
        (png(itxt(sample_record().to_text().encode())), "source.corrupt"),
        (png(itxt(b" " * 2_000_000)), "source.corrupt"),
        (png(itxt(b" " * 2_000_000, packed=False)), "source.corrupt"),
        (png(itxt(b"{}"), itxt(b"{}")), "source.corrupt"),
        (png(chunk(b"acTL", b"\0" * 8)), "source.corrupt"),
        (png(itxt(b"{}", keyword=b"another")), "record.no_spec"),
    ],
    ids=["empty", "jpeg", "cut", "no end", "no record", "bomb", "long", "huge", "flat", "no pixels", "text bomb",
         "long text", "two records", "animation", "another keyword"],
)  # fmt: skip
def test_each_defect_has_its_code(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    assert code_of(path) == code


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    with path.open("wb") as file:
        file.truncate(FILE_MAX_BYTES + 1)
    assert code_of(path) == "source.too_large"


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", "[" * 100_000, '{"schema":"packshot.picture/2"}', "NaN"])
def test_wrong_json_says_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_record(with_record_text(tmp_path / "x.png", text))
    assert caught.value.code == "record.no_spec"
    assert caught.value.hint is not None
    assert "packshot generate" in caught.value.hint


def test_a_hash_that_does_not_derive_is_named(tmp_path: Path) -> None:
    value = json.loads(sample_record().to_text())
    value["resolved"]["intent"]["seed"] = 43
    with pytest.raises(RecordError) as caught:
        read_record(with_record_text(tmp_path / "x.png", json.dumps(value)))
    assert caught.value.code == "record.no_spec"
    assert caught.value.got == sample_record().spec_hash
    assert sample_record(seed=43).spec_hash in str(caught.value.expected)


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"steps": 10**9}, "steps"), ({"guidance": -1.0}, "guidance"), ({"strength": 1.5}, "strength"),
     ({"width": 10**6}, "width"), ({"prompt": "a" * 3000}, "prompt"),
     ({"loras": (LoraPin(digest="sha256:0", weight=1.0),)}, "names of LoRAs 0"),
     ({"loras": (LoraPin(digest="sha256:0", weight=-99.0),) * 9}, "LoRAs 9")],
)  # fmt: skip
def test_settings_that_no_spec_has_are_refused(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_record(with_record_text(tmp_path / "x.png", sample_record(**changes).to_text()))
    assert named in str(caught.value.got)


def test_numbers_that_json_lacks_are_refused(tmp_path: Path) -> None:
    value = json.loads(sample_record().to_text())
    value["resolved"]["intent"]["guidance"] = float("nan")
    assert code_of(with_record_text(tmp_path / "x.png", json.dumps(value))) == "record.no_spec"
