"""The mask network's lessons, its export and a moment of training, all at the smallest size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

from tests.product.drawings import GROUNDS, disc, draw, overlap
from training.masks import card, export, sprites, store, train
from training.masks.examples import example
from training.masks.network import MaskNetwork, loss_of
from training.masks.placing import Place, placed

FEW = store.Amounts(renders=2, photos=1, floors=1, scenes=1)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masks")
    photos = folder / "photos"
    photos.mkdir()
    Image.fromarray(draw(disc(320), GROUNDS["white"], (30, 60, 160))).save(photos / "one.jpg", quality=95)
    store.made(folder, photos, FEW)
    return folder


def test_a_render_is_lifted_with_its_shadow(work: Path) -> None:
    sprite = store.opened(work).renders[0]
    assert sprite.shape == (sprites.SIDE, sprites.SIDE, 5)
    rows, columns = (np.flatnonzero((sprite[..., 3] > 127).any(axis)) for axis in (1, 0))
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    assert abs(longer / sprites.SIDE - sprites.FILL) < 0.03
    assert sprite[..., 4].any()


def test_what_a_photo_shows_on_plain_ground_is_lifted(work: Path) -> None:
    (sprite,) = store.opened(work).clothes
    wanted = disc(sprites.SIDE, radius=sprites.FILL / 2)
    assert overlap(sprite[..., 3] > 127, wanted) > 0.97
    assert np.abs(sprite[wanted][:, :3].astype(int) - (30, 60, 160)).mean() < 6


def test_a_photo_without_a_plain_ground_gives_none() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    assert sprites.lifted(noise) is None


def test_a_sprite_goes_where_it_is_told(work: Path) -> None:
    (sprite,) = store.opened(work).clothes
    cover = placed(sprite, Place(x=0.3, y=0.6, size=0.4), 128).cover
    assert overlap(cover > 0.5, disc(128, (0.3, 0.6), 0.2)) > 0.95


def test_an_example_depends_on_its_number_alone(work: Path) -> None:
    parts = store.opened(work)
    for number in range(12):
        (one, truth), (two, again) = example(parts, number, 64), example(parts, number, 64)
        assert one.shape == (64, 64, 3)
        assert truth.shape == (32, 32)
        assert np.array_equal(one, two)
        assert np.array_equal(truth, again)
        assert 0.0 <= truth.min() <= truth.max() <= 1.0
    assert not np.array_equal(example(parts, 0, 64)[0], example(parts, 1, 64)[0])


def test_the_exported_file_says_what_the_network_says() -> None:
    torch.manual_seed(0)
    network = MaskNetwork((8, 8, 16, 16, 16))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data.uniform_(0.5, 1.5)
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2.0)
    network.eval()
    session = onnxruntime.InferenceSession(export.onnx_of(network, {"name": "test"}))
    assert session.get_modelmeta().custom_metadata_map == {"name": "test"}
    picture = torch.rand(1, 3, 64, 96) * 2 - 1
    with torch.no_grad():
        wanted = torch.sigmoid(network(picture)).numpy()
    (found,) = session.run(None, {export.INPUT: picture.numpy()})
    assert found.shape == (1, 1, 32, 48)
    assert np.abs(found - wanted).max() < 5e-3
    assert wanted.std() > 1e-3


def test_the_loss_is_least_at_the_truth() -> None:
    truth = torch.zeros(1, 1, 8, 8)
    truth[..., 2:6, 2:6] = 1.0
    right, blank, wrong = (loss_of(logits, truth) for logits in (20 * truth - 10, 0 * truth, 10 - 20 * truth))
    assert right < 0.01 < blank < wrong


def test_training_goes_on_where_it_stopped_and_its_result_is_written(work: Path, tmp_path: Path) -> None:
    before = {name: one.clone() for name, one in MaskNetwork().state_dict().items()}
    train.train(work, 0.02, workers=0)
    first = train.trained(work).state_dict()
    assert any(not torch.equal(first[name], one) for name, one in before.items())
    train.train(work, 0.02, workers=0)
    assert all(torch.equal(one, first[name]) for name, one in train.trained(work).state_dict().items())
    path = card.write(tmp_path / "out", work, store.opened(work))
    assert path.read_bytes() == card.write(tmp_path / "again", work, store.opened(work)).read_bytes()
    assert onnxruntime.InferenceSession(str(path)).get_modelmeta().custom_metadata_map["name"] == card.NAME
