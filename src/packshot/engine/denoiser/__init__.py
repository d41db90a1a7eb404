"""The denoiser call: a seam with one file per runtime."""

from packshot.engine.denoiser.opening import OpenDenoiser, open_denoiser
from packshot.engine.denoiser.protocol import Denoiser
from packshot.engine.denoiser.torch_denoiser import TorchDenoiser

__all__ = ["Denoiser", "OpenDenoiser", "TorchDenoiser", "open_denoiser"]
