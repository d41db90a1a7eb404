"""The optional packages that C2PA needs: c2pa-python, and cryptography that comes with it. Loaded on first use."""

from __future__ import annotations

import importlib
from typing import Any

from packshot.errors import OutputError


def load_c2pa() -> Any:
    """The module `c2pa`. Raises OutputError (output.signing) where it is not installed."""
    return _load("c2pa")


def load_cryptography(part: str) -> Any:
    """A module of `cryptography`, by its dotted name below that. Raises as `load_c2pa` does."""
    return _load(f"cryptography.{part}")


def _load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise OutputError(
            "output.signing",
            "C2PA manifests need a package that is not installed",
            expected=name.partition(".")[0],
            got=str(error),
            hint="pip install packshot[c2pa]",
        ) from error
