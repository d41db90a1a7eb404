"""The fitted map turns latents into the picture's colours."""

import json

import numpy as np
import torch
from diffusers import AutoencoderKL

from packshot.models import embedded_folder
from training import preview
from training.autoencoder import to_tensor
from training.dataset import UNSEEN
from training.render import random_scene, render


def test_the_shipped_factors_show_unseen_renders_and_fitting_gives_such_factors() -> None:
    vae = AutoencoderKL.from_pretrained(embedded_folder() / "vae", torch_dtype=torch.float32)
    pictures = np.stack([render(random_scene(UNSEEN + seed)).picture for seed in range(6)])
    shipped = json.loads((embedded_folder() / "packshot.json").read_text(encoding="utf-8"))["preview"]
    with torch.no_grad():
        z = vae.encode(to_tensor(pictures)).latent_dist.mean.permute(0, 2, 3, 1).numpy()
    truth = pictures.reshape(6, 32, 8, 32, 8, 3).mean((2, 4)) / 255.0
    for factors in (shipped, preview.fit(vae, pictures)):
        shown = z @ np.array(factors["matrix"]) + np.array(factors["bias"])
        assert np.abs(shown - truth).mean() < 0.08
