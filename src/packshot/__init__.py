"""Packshot: product pictures with diffusion models as controlled, reproducible experiments."""

__version__ = "0.1.0"
