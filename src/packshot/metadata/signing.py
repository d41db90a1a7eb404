"""Signs a finished picture file: a C2PA manifest of what was done, bound to the file's bytes. The last step of all.

Whatever changes the file afterwards makes the signature invalid; that is its use.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.errors import OutputError
from packshot.metadata.c2pa_extra import load_c2pa, load_cryptography
from packshot.metadata.c2pa_reading import offline_context, read_c2pa
from packshot.metadata.manifest_bytes import manifest_bytes
from packshot.metadata.picture_file import decode, mime_type
from packshot.metadata.png import encode_png
from packshot.metadata.released_reading import FORMATS
from packshot.metadata.source_type import SourceType
from packshot.result import EditKind

_CURVES: Final = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_PARENT: Final = "source"
_GPS: Final = b"GPS"

_DONE: Final = {
    EditKind.GENERATED: "A model made the picture anew, from this photo and from words",
    EditKind.LOCKED: "A model made what is around the product; the product's pixels are the photo's",
    EditKind.RETOUCHED: "The photo's ground was replaced by an algorithm without a model",
}
_LEFT_OUT: Final = "; the photo's own manifest named a place and was left out"


@dataclass(frozen=True, slots=True)
class TeamKey:
    """PEM files: the certificates, the signer's own first and up to the CA, and the signer's private key."""

    certificates: Path
    key: Path


@dataclass(frozen=True, slots=True)
class ParentPhoto:
    """The source photo as it came; `name` is what it is called.

    Its own manifest, where it has one, is carried on whole. One that names a place (GPS) is left out, and that is said.
    """

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What the manifest says. `parent` is None only for a picture that was made from words alone."""

    title: str
    generator: str
    version: str
    edit: EditKind
    source_type: SourceType
    parent: ParentPhoto | None = None


def sign(content: bytes, claim: Claim, team: TeamKey) -> bytes:
    """The bytes of the same PNG, JPEG or WebP file with a signed manifest; its pixels are untouched.

    Raises OutputError (output.signing): a package is missing, a PEM file cannot be used, the photo is missing, or the
    signature would not be valid. No message holds any of the key.
    """
    c2pa = load_c2pa()
    parent = None if claim.parent is None else _parent_bytes(claim.parent)
    manifest, ingredient = _manifest(claim, mime_type(content), parent)
    chain, key = _pem(team.certificates), _pem(team.key)
    signed = io.BytesIO()
    try:
        with c2pa.Builder(manifest, context=offline_context()) as builder:
            if parent is not None:
                builder.add_ingredient(ingredient, ingredient["format"], io.BytesIO(parent))
            info = c2pa.C2paSignerInfo(_algorithm(chain), chain, key, None)
            with c2pa.Signer.from_info(info) as signer:
                builder.sign(signer, mime_type(content), io.BytesIO(content), signed)
    except c2pa.C2paError as error:
        raise _refused(f"the file cannot be signed with {team.certificates}", str(error)) from error
    found = read_c2pa(signed.getvalue())
    if found.state not in {"Valid", "Trusted"}:
        raise _refused("the signature would not be valid", ", ".join(found.problems))
    return signed.getvalue()


def _parent_bytes(parent: ParentPhoto) -> bytes:
    """The photo's file; its pixels alone where its manifest names a place: that would go out with the picture."""
    if _GPS in manifest_bytes(parent.content):
        return encode_png(decode(parent.content, Path(parent.name), FORMATS))
    return parent.content


def _manifest(claim: Claim, mime: str, parent: bytes | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest, and what it says of the parent: opened, then edited. `c2pa.placed` takes no parent."""
    actions: list[dict[str, Any]]
    ingredient: dict[str, Any] = {}
    if claim.parent is None or parent is None:
        if claim.edit is not EditKind.GENERATED:
            raise _refused("the source photo is needed", f"an edit that is {claim.edit}, without a photo")
        actions = [{"action": "c2pa.created", "digitalSourceType": str(claim.source_type)}]
    else:
        ingredient = {
            "title": claim.parent.name,
            "format": mime_type(parent),
            "relationship": "parentOf",
            "label": _PARENT,
        }
        actions = [
            {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}},
            {
                "action": "c2pa.edited",
                "digitalSourceType": str(claim.source_type),
                "description": _DONE[claim.edit] + ("" if parent is claim.parent.content else _LEFT_OUT),
            },
        ]
    manifest = {
        "title": claim.title,
        "format": mime,
        "claim_generator_info": [{"name": claim.generator, "version": claim.version}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }
    return manifest, ingredient


def _pem(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _refused(f"{path} cannot be read", error.strerror or type(error).__name__) from error


def _algorithm(chain: bytes) -> bytes:
    """C2PA's name of the algorithm that the first certificate's key signs with."""
    try:
        key = load_cryptography("x509").load_pem_x509_certificate(chain).public_key()
    except ValueError as error:
        raise _refused("the certificates cannot be read", "no PEM certificate") from error
    kinds = "hazmat.primitives.asymmetric"
    if isinstance(key, load_cryptography(f"{kinds}.ec").EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name].encode()
    if isinstance(key, load_cryptography(f"{kinds}.rsa").RSAPublicKey):
        return b"ps256"
    if isinstance(key, load_cryptography(f"{kinds}.ed25519").Ed25519PublicKey):
        return b"ed25519"
    raise _refused("the certificate's kind of key is none that C2PA signs with", type(key).__name__)


def _refused(message: str, got: str) -> OutputError:
    return OutputError(
        "output.signing",
        message,
        expected="a certificate chain from the signer's up to its CA, the key of the first, and the source photo",
        got=got[:300],
        hint="`packshot certs dev` makes a chain for tests",
    )
