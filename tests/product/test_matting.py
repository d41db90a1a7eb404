"""Learned matting: a tiny ONNX model written by hand as protobuf, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from packshot.errors import ModelError
from packshot.product import OnnxMatting, find_cutout, open_matting


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _value(name: str, sides: tuple[int, ...]) -> bytes:
    shape = b"".join(_bytes(1, _int(1, side)) for side in sides)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, 1) + _bytes(2, shape)))


def red_model(side: int = 32) -> bytes:
    """A model (onnx.proto, IR 8, opset 13) whose mask is the input's first channel: Gather over axis 1."""
    index = _int(1, 1) + _int(2, 7) + _bytes(8, "first") + _bytes(9, np.array([0], "<i8").tobytes())
    axis = _bytes(1, "axis") + _int(3, 1) + _int(20, 2)
    node = _bytes(1, "pixels") + _bytes(1, "first") + _bytes(2, "mask") + _bytes(4, "Gather") + _bytes(5, axis)
    graph = (
        _bytes(1, node)
        + _bytes(2, "g")
        + _bytes(5, index)
        + _bytes(11, _value("pixels", (1, 3, side, side)))
        + _bytes(12, _value("mask", (1, 1, side, side)))
    )
    return _int(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _int(2, 13))


def half_red() -> np.ndarray:
    picture = np.zeros((100, 120, 3), np.uint8)
    picture[:, 60:, 0] = 255
    return picture


def test_a_model_of_a_folder_finds_the_red_half(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(red_model())
    matting = open_matting(str(tmp_path), offline=True)
    found = find_cutout(half_red(), matting=matting)
    assert found.method == f"matting:{tmp_path}"
    assert found.box is not None
    assert abs(found.box[0] - 60) <= 2
    assert found.box[1:] == (0, 120, 100)


def test_the_folders_own_scaling_is_used(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes(red_model())
    (tmp_path / "preprocessor_config.json").write_text('{"image_mean": [0, 0, 0], "image_std": [1, 1, 1]}')
    alpha = open_matting(str(tmp_path), offline=True).alpha(half_red())
    assert alpha[50, 5] == 0
    assert alpha[50, 115] == 255


def test_a_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "any.onnx").write_bytes(red_model(16))
    assert open_matting(str(tmp_path / "any.onnx"), offline=True).alpha(half_red()).shape == (100, 120)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "model.incomplete"),
        ({"model.safetensors": b"x"}, "model.incomplete"),
        ({"a.onnx": b"x", "b.onnx": b"y"}, "model.incomplete"),
        ({"model.onnx": b"no model"}, "model.corrupt"),
        ({"model.onnx": red_model().replace(_int(1, 3), _int(1, 4))}, "model.unsupported"),
    ],
)
def test_a_folder_without_a_model_says_so(tmp_path: Path, files: dict[str, bytes], code: str) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ModelError) as caught:
        open_matting(str(tmp_path), offline=True)
    assert caught.value.code == code


@pytest.mark.parametrize(("text", "code"), [("nobody/no-such-model", "model.not_cached"), ("nowhere", "model.unknown")])
def test_a_model_that_is_not_here_is_not_fetched_unasked(
    text: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        open_matting(text, offline=True)
    assert caught.value.code == code


class _Entry:
    name, shape = "x", ["batch", 3, "height", "width"]


class _Session:
    def __init__(self, output: np.ndarray) -> None:
        self.output, self.seen = output, (0,)

    def get_inputs(self) -> list[_Entry]:
        return [_Entry()]

    def run(self, _outputs: object, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.seen = inputs["x"].shape
        return [self.output]


def test_logits_become_shares_and_an_open_size_is_1024() -> None:
    session = _Session(np.array([[[[-20.0, 20.0]]]], np.float32))
    alpha = OnnxMatting(session, "logits").alpha(half_red())
    assert session.seen == (1, 3, 1024, 1024)
    assert alpha[0, 0] == 0
    assert alpha[0, -1] == 255


@pytest.mark.parametrize("output", [np.zeros((1, 2, 4, 4)), np.full((1, 1, 4, 4), np.nan)])
def test_what_is_no_mask_is_refused(output: np.ndarray) -> None:
    with pytest.raises(ModelError) as caught:
        OnnxMatting(_Session(output), "odd").alpha(half_red())
    assert caught.value.code == "model.unsupported"
