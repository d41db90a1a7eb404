"""What the machine says of itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from packshot.engine import machine


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the quirk is Linux's")
def test_peak_memory_is_our_own_and_not_that_of_who_started_us() -> None:
    large = np.ones(900_000_000, np.uint8)
    code = "from packshot.engine import machine; print(machine.peak_memory_bytes('cpu'))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    here = machine.peak_memory_bytes("cpu")
    assert here is not None
    assert here > large.nbytes
    assert int(answer.stdout) < 900_000_000 <= here
