"""What the queue carries: requests at a stated rate, the fake engine behind it, real PostgreSQL and S3."""

import packshot.cli  # noqa: F401  (as a server's process: one thread of OpenBLAS, set before NumPy is imported)
