"""The command line: parses, calls one workflow function, renders. One file per group of commands."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""NumPy's and SciPy's products are small here, and a second thread of OpenBLAS spins between them: on a server it took
a fifth of two cores from the model (docs/log.md, 2026-11-29). Read when the library is loaded, so it stands here.
"""
