"""Reads and verifies a file's C2PA manifest, offline."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any, Literal

from packshot.metadata.c2pa_extra import load_c2pa
from packshot.metadata.manifest_bytes import manifest_bytes
from packshot.metadata.picture_file import mime_type

C2paState = Literal["absent", "Invalid", "Valid", "Trusted"]
"""*Valid*: signed, and nothing changed since; by whom is not known. *Trusted*: by a certificate of a trusted CA."""


@dataclass(frozen=True, slots=True)
class C2paAction:
    """One action of the manifest, such as `c2pa.created`, with IPTC's code where it has one."""

    name: str
    source_type: str | None


@dataclass(frozen=True, slots=True)
class C2paManifest:
    """The active manifest. `parent` is the title of what was edited, `problems` are C2PA's codes of what failed."""

    state: C2paState
    generator: str = ""
    signer: str = ""
    actions: tuple[C2paAction, ...] = ()
    parent: str | None = None
    parent_signed: bool = False
    problems: tuple[str, ...] = ()


def read_c2pa(content: bytes, anchors: str | None = None) -> C2paManifest:
    """The manifest of a PNG, JPEG or WebP file, verified; `anchors` are trusted CA certificates (PEM).

    A file without a manifest is *absent*, one that cannot be read *Invalid*. Nothing is fetched from anywhere. Raises
    OutputError (output.signing) where there is a manifest and the package is not installed.
    """
    if not manifest_bytes(content):
        return C2paManifest("absent")
    c2pa = load_c2pa()
    try:
        with c2pa.Reader(mime_type(content), io.BytesIO(content), context=offline_context(anchors)) as reader:
            state, store = reader.get_validation_state(), json.loads(reader.json())
        return _manifest(state, store)
    except (c2pa.C2paError, KeyError, TypeError, ValueError) as error:
        return C2paManifest("Invalid", problems=(str(error)[:200],))


def offline_context(anchors: str | None = None) -> Any:
    """Settings of reading and signing that reach no network and add no thumbnails."""
    settings: dict[str, Any] = {
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
    if anchors is not None:
        settings["trust"] = {"user_anchors": anchors}
    return load_c2pa().Context.from_dict(settings)


def _manifest(state: C2paState, store: dict[str, Any]) -> C2paManifest:
    active = store["manifests"][store["active_manifest"]]
    assertions = [each for each in active.get("assertions", []) if each["label"].startswith("c2pa.actions")]
    parents = [each for each in active.get("ingredients", []) if each.get("relationship") == "parentOf"]
    failures = store.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    return C2paManifest(
        state=state,
        generator=" ".join(_generator(each) for each in active.get("claim_generator_info", [])),
        signer=active.get("signature_info", {}).get("common_name", ""),
        actions=tuple(
            C2paAction(action["action"], action.get("digitalSourceType"))
            for assertion in assertions
            for action in assertion["data"]["actions"]
        ),
        parent=parents[0].get("title", "") if parents else None,
        parent_signed=bool(parents and parents[0].get("active_manifest")),
        problems=tuple(sorted({each["code"] for each in failures})),
    )


def _generator(info: dict[str, Any]) -> str:
    return f"{info.get('name', '')} {info.get('version', '')}".strip()
