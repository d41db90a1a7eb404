"""The public names: sorted, there, and light."""

from __future__ import annotations

import subprocess
import sys

import packshot


def test_names_are_sorted_and_there() -> None:
    names = [name for name in packshot.__all__ if name != "__version__"]
    assert names == sorted(names)
    assert all(getattr(packshot, name) is not None for name in packshot.__all__)


def test_importing_is_light() -> None:
    heavy = ("torch", "diffusers", "transformers", "streamlit", "sqlalchemy", "PIL")
    code = f"import sys, packshot; sys.exit(bool(set({heavy!r}) & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(packshot, "no_such_name")
