"""Models of the hub: found in its cache on this machine first, fetched only where that is allowed.

The cache's layout is the hub client's own (`models--owner--name/refs`, `/snapshots/<commit>`), so what other tools
have fetched is used, and the other way round.
"""

from __future__ import annotations

import errno
import re
import shutil
import socket
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packshot.errors import ModelError, PackshotError, StoreError
from packshot.models.description import read_json
from packshot.models.fetching import OnFetch, RemoteFile, fetch_files, partial_bytes
from packshot.models.layout import INDEX, SINGLE_FILE_LACKS, components, needed_files
from packshot.models.reference import HubReference

CONNECT_S = 5.0
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A commit of a repository as a folder on this machine."""

    folder: Path
    commit: str


def find_snapshot(
    reference: HubReference, *, offline: bool, weights: bool = True, on_fetch: OnFetch = lambda _fetch: None
) -> Snapshot:
    """The repository's snapshot, from the cache or the hub; without `weights`, its configuration. Raises ModelError.

    A revision that is in the cache is used as it is there: nothing is asked of the network, so that the same call
    gives the same commit until somebody fetches another.
    """
    cached = cached_snapshot(reference, weights=weights)
    if cached is not None:
        return cached
    if offline:
        raise _not_cached(reference, "the hub may not be asked (offline)")
    return _fetch(reference, weights, on_fetch)


def cached_snapshot(reference: HubReference, *, weights: bool = True) -> Snapshot | None:
    """The snapshot in the cache, if all that is needed of it is there."""
    from huggingface_hub import constants

    base = Path(constants.HF_HUB_CACHE) / f"models--{reference.repository.replace('/', '--')}"
    revision = reference.revision or "main"
    commit = revision
    if not _COMMIT.fullmatch(revision):
        try:
            commit = (base / "refs" / revision).read_text(encoding="utf-8").strip()
        except OSError:
            return None
    folder = base / "snapshots" / commit
    if not (folder / INDEX).is_file():
        return None
    try:
        present = relative_files(folder)
        index = read_json(folder / INDEX)
        needed_files(index, present, weights=weights)
        if any(not any(name.startswith(f"{part}/") for name in present) for part in _parts(index, weights)):
            return None
    except ModelError as error:
        if error.code == "model.incomplete":
            return None
        raise
    return Snapshot(folder, commit)


def relative_files(folder: Path) -> list[str]:
    """Every file below a folder, as names relative to it."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _parts(index: dict[str, Any], weights: bool) -> list[str]:
    return [part for part in components(index) if weights or part not in SINGLE_FILE_LACKS]


def _fetch(reference: HubReference, weights: bool, on_fetch: OnFetch) -> Snapshot:
    """Fetch what is needed. Asking by the branch's name writes `refs/<branch>`, by which it is found next time."""
    from huggingface_hub import HfApi, hf_hub_download

    repository, revision = reference.repository, reference.revision or "main"
    if not _reachable():
        raise _not_cached(reference, "the hub cannot be reached")
    begun = False
    try:
        index = Path(hf_hub_download(repository, INDEX, revision=revision))
        commit = index.parent.name
        info: Any = HfApi().model_info(repository, revision=commit, files_metadata=True, timeout=20)
        there = {sibling.rfilename: _remote_file(sibling) for sibling in info.siblings}
        names = needed_files(read_json(index), there, weights=weights)
        missing = [there[name] for name in names if not (index.parent / name).exists()]
        blobs = index.parents[2] / "blobs"
        _check_disk(index, sum(file.size_bytes for file in missing) - partial_bytes(missing, blobs))
        begun = True
        if missing:
            fetch_files(repository, commit, missing, blobs, on_fetch)
    except (PackshotError, TypeError, AttributeError, NameError, LookupError):
        raise
    except Exception as error:
        raise _explained(reference, error, begun=begun) from error
    found = cached_snapshot(HubReference(repository, commit), weights=weights)
    if found is None:
        raise ModelError("model.incomplete", f"{repository} came incomplete from the hub", hint="try again")
    return found


def _reachable() -> bool:
    """Whether anybody listens at the hub's address: its client would try for half a minute before it says so.

    Behind a proxy that cannot be told from here, and the client is left to find out.
    """
    from huggingface_hub import constants

    if {"http", "https", "all"} & set(urllib.request.getproxies()):
        return True
    address = urllib.parse.urlsplit(constants.ENDPOINT)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), timeout=CONNECT_S).close()
    except OSError:
        return False
    return True


def _check_disk(beside: Path, bytes_needed: int) -> None:
    free = shutil.disk_usage(beside.parent).free
    if free < bytes_needed * 1.05:
        raise ModelError(
            "model.not_cached",
            "not enough disk for the model",
            expected=f"{bytes_needed / 1e9:.1f} GB free",
            got=f"{free / 1e9:.1f} GB free",
            hint="make room, or set HF_HOME to a folder on a larger disk",
        )


def _remote_file(sibling: Any) -> RemoteFile:
    return RemoteFile(sibling.rfilename, sibling.size or 0, sibling.lfs.sha256 if sibling.lfs else None)


def _explained(reference: HubReference, error: Exception, *, begun: bool) -> PackshotError:
    from huggingface_hub import errors

    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreError("store.full", "the disk is full", hint="make room, or set HF_HOME to a larger disk")
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StoreError("store.failed", "the hub's cache cannot be written", hint="set HF_HOME to a folder of yours")
    if isinstance(error, errors.LocalEntryNotFoundError):
        if begun:
            return _cut_off(reference, "no answer")
        return _not_cached(reference, "the connection to the hub was lost")
    name, revision = reference.repository, reference.revision or "main"
    if isinstance(error, errors.GatedRepoError):
        return ModelError(
            "model.gated",
            f"the owner of {name} asks for consent or a login",
            hint=f"accept the terms at the model's page, then `hf auth login` ({name})",
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return ModelError("model.revision", f"{name} has no revision {revision!r}", expected="a branch, tag or commit")
    if isinstance(error, errors.RepositoryNotFoundError):
        return ModelError("model.unknown", f"the hub has no public model {name}", hint="check the spelling, or log in")
    if isinstance(error, errors.EntryNotFoundError):
        return ModelError(
            "model.unsupported", f"{name} has no {INDEX}", expected="a repository in diffusers' layout", got=name
        )
    if isinstance(error, errors.HFValidationError):
        return ModelError("model.unknown", f"{name!r} is no valid hub id", expected="owner/name")
    if begun:
        return _cut_off(reference, f"{type(error).__name__}: {error}".strip(": "))
    return _not_cached(reference, f"the hub cannot be reached ({type(error).__name__})")


def _cut_off(reference: HubReference, cause: str) -> ModelError:
    name = f"{reference.repository}@{reference.revision or 'main'}"
    return ModelError(
        "model.not_cached",
        f"{name} did not come whole: the connection to the hub was lost",
        expected="the model's files, to the end",
        got=cause,
        hint="call again: what has come is kept, and it goes on from there",
    )


def _not_cached(reference: HubReference, why: str) -> ModelError:
    name = f"{reference.repository}@{reference.revision or 'main'}"
    return ModelError(
        "model.not_cached",
        f"{name} is not on this machine, and {why}",
        expected="the model in the hub's cache, or a connection",
        got=why,
        hint=f"on a machine with a connection: `hf download {reference.repository}`; or use --model studio-tiny",
    )
