"""What the denoiser is shown: captions withheld now and then, photos only at little noise."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training import autoencoder, denoiser
from training.noise import signal_powers


def lessons(photos: int) -> denoiser.Lessons:
    """Eight pictures of zeros, photos of ones."""
    return denoiser.Lessons(
        latents=np.zeros((8, 8, 32, 32), np.float16),
        words=np.zeros((8 * denoiser.VARIANTS, 77, 16), np.float16),
        weights=[float(n + 1) for n in range(8)],
        nothing=torch.full((4, 77, 16), 9.0),
        photos=np.ones((photos, 8, 32, 32), np.float16),
    )


def test_photos_come_as_often_as_said_and_never_with_much_noise() -> None:
    z, words, latest = denoiser.draw(lessons(3), random.Random(0), 2000)
    photo = z[:, 0, 0, 0] == 1.0
    assert abs(float(photo.float().mean()) - denoiser.PHOTO_SHARE) < 0.03
    assert set(latest[photo].tolist()) == {float(torch.tensor(denoiser.PHOTO_LATEST))}
    assert set(latest[~photo].tolist()) == {1.0}
    assert abs(float((words[:, 0, 0] == 9.0).float().mean()) - denoiser.DROPPED) < 0.02


def test_without_photos_there_are_none() -> None:
    z, _, latest = denoiser.draw(lessons(0), random.Random(0), 100)
    assert float(z.abs().max()) == 0.0
    assert float(latest.min()) == 1.0


def test_the_loss_is_finite_and_learns_something() -> None:
    torch.manual_seed(0)
    unet = denoiser.build(denoiser.Size((16, 32, 32), heads=(1, 2, 2)), 16)
    optimiser = torch.optim.AdamW(unet.parameters(), lr=2e-3)
    power, rng, losses = signal_powers().float(), random.Random(0), []
    for _ in range(12):
        loss = denoiser.velocity_loss(unet, *denoiser.draw(lessons(3), rng, 4), power)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        losses.append(float(loss.detach()))
    assert np.isfinite(losses).all()
    assert np.mean(losses[-3:]) < 0.9 * np.mean(losses[:3])


def test_photos_are_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vae = autoencoder.build(autoencoder.Size((8, 8, 16, 16)))
    photo = np.asarray(Image.new("RGB", (300, 420), (200, 100, 50)))
    denoiser.prepare_photos(tmp_path, [photo, photo], vae)
    assert np.load(tmp_path / "photo-latents.npy").shape == (2, 8, 32, 32)
    monkeypatch.setattr(vae, "encode", None)
    denoiser.prepare_photos(tmp_path, [photo, photo], vae)
