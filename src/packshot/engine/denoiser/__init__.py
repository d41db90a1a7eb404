"""The denoiser call: a seam with one file per runtime."""

from packshot.engine.denoiser.converted_cache import ConvertedCache
from packshot.engine.denoiser.opening import Denoisers, makers
from packshot.engine.denoiser.protocol import Denoiser, OpenDenoiser
from packshot.engine.denoiser.torch_denoiser import TorchDenoiser

__all__ = ["ConvertedCache", "Denoiser", "Denoisers", "OpenDenoiser", "TorchDenoiser", "makers"]
