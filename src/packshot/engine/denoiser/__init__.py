"""The denoiser call: a seam with one file per runtime."""

from packshot.engine.denoiser.torch_denoiser import TorchDenoiser

__all__ = ["TorchDenoiser"]
