"""A process that works through seeds until it is done or killed. Run as `python -m tests.store.worker WS COUNT GO`.

Opens the workspace, prints `here`, waits for the file GO, then prints `ready`; after that one line per picture that
it computed itself.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from packshot.store import SqlStore, open_store, process_owner
from tests.store.examples import picture, resolved_spec, result_of


def work(store: SqlStore, count: int) -> list[int]:
    """Makes the pictures of seeds 0 to count - 1 that nobody made yet, and returns the seeds that it made."""
    made, waiting = [], list(range(count))
    while waiting:
        seed = waiting.pop(0)
        begun = store.begin(resolved_spec(seed))
        if begun.outcome == "busy":
            waiting.append(seed)
        elif begun.outcome == "claimed":
            store.finish(begun.run.id, picture(seed), result_of(picture(seed)))
            made.append(seed)
            print(seed, flush=True)
            time.sleep(0.003)  # SQLite's lock is not fair: let the other one in
    return made


def open_now(workspace: Path) -> SqlStore:
    """The workspace, opened by this very process; its rows in $PACKSHOT_TEST_DATABASE where that is set."""
    return open_store(
        workspace,
        now=lambda: datetime.now(UTC),
        random_bytes=os.urandom,
        owner=process_owner(),
        database=os.environ.get("PACKSHOT_TEST_DATABASE"),
    )


if __name__ == "__main__":
    with open_now(Path(sys.argv[1])) as opened:
        print("here", flush=True)
        while not Path(sys.argv[3]).exists():
            time.sleep(0.005)
        print("ready", flush=True)
        work(opened, int(sys.argv[2]))
