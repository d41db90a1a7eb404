"""Servers of several hosts on one PostgreSQL database, each with a workspace folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.api.conftest import opened
from tests.servers import Cluster, cluster  # noqa: F401  (fixture)


def test_an_address_that_one_host_gave_another_one_opens(tmp_path: Path, tiny_sd: Path, cluster: Cluster) -> None:  # noqa: F811
    database = cluster.address(cluster.create())
    with (
        opened(tmp_path / "one", tiny_sd, database=database) as one,
        opened(tmp_path / "two", tiny_sd, database=database) as two,
    ):
        asked = {"prompt": "a mug", "size": "64x64", "response_format": "url"}
        made = one.client().post("/v1/images/generations", json=asked)
        address = made.json()["data"][0]["url"]
        here, there = (
            each.bench.settings.workspace / "pictures" for each in (one, two)
        )  # in a team both are one place in S3
        shutil.copytree(here, there, dirs_exist_ok=True)
        seen = two.client().get(address)
        assert (seen.status_code, seen.content) == (200, one.client().get(address).content)
        assert two.client().get(address.replace("quality=95", "quality=96")).status_code == 401
