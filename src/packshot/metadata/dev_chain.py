"""A certificate chain for tests: a CA and a signer's certificate below it, as C2PA wants them. Nobody trusts it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from packshot.errors import OutputError
from packshot.metadata.atomic import write_error
from packshot.metadata.c2pa_extra import load_cryptography
from packshot.metadata.signing import TeamKey

NAMES: Final = ("ca.pem", "certificate.pem", "key.pem")
ORGANISATION: Final = "FOR TESTS ONLY, made by packshot certs dev"
VALID_DAYS: Final = 365

_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class DevChain:
    """Where the files are: the CA's certificate, and the team's chain and key. The CA's own key is kept nowhere."""

    ca: Path
    team: TeamKey


def make_dev_chain(folder: Path, now: datetime) -> DevChain:
    """Write `ca.pem`, `certificate.pem` and `key.pem` (mode 0600), valid for a year; nothing is ever overwritten.

    Raises OutputError: output.exists, output.unwritable, and output.signing where the package is not installed.
    """
    ca, certificate, key = (folder / name for name in NAMES)
    _check_free(ca, certificate, key)
    anchor, chain, secret = _chain(now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_new(key, secret, 0o600)
        _write_new(certificate, chain, 0o644)
        _write_new(ca, anchor, 0o644)
    except FileExistsError:
        _check_free(ca, certificate, key)
        raise
    except OSError as error:
        raise write_error(error, folder) from error
    return DevChain(ca, TeamKey(certificate, key))


def _check_free(*paths: Path) -> None:
    taken = [path.name for path in paths if path.exists() or path.is_symlink()]
    if taken:
        raise OutputError(
            "output.exists",
            f"{paths[0].parent} holds certificates or keys already",
            expected="a folder without " + ", ".join(NAMES),
            got=", ".join(taken),
            hint="name another folder: a key is never overwritten",
        )


def _write_new(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _chain(now: datetime) -> tuple[bytes, bytes, bytes]:
    """The CA's certificate, the signer's followed by it, and the signer's key (PEM)."""
    x509 = load_cryptography("x509")
    curve = load_cryptography("hazmat.primitives.asymmetric.ec")
    hashes = load_cryptography("hazmat.primitives.hashes")
    forms = load_cryptography("hazmat.primitives.serialization")
    anchor_key, signer_key = (curve.generate_private_key(curve.SECP256R1()) for _ in range(2))
    anchor_name, signer_name = _name(x509, "CA"), _name(x509, "signer")
    key_id = x509.SubjectKeyIdentifier.from_public_key
    anchor = (
        _begun(x509, anchor_name, anchor_name, anchor_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(x509, "key_cert_sign", "crl_sign"), critical=True)
        .add_extension(key_id(anchor_key.public_key()), critical=False)
        .sign(anchor_key, hashes.SHA256())
    )
    signer = (
        _begun(x509, signer_name, anchor_name, signer_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(x509, "digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(key_id(signer_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(anchor_key.public_key()), critical=False)
        .sign(anchor_key, hashes.SHA256())
    )
    pem = forms.Encoding.PEM
    secret = signer_key.private_bytes(pem, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    return anchor.public_bytes(pem), signer.public_bytes(pem) + anchor.public_bytes(pem), secret


def _name(x509: Any, role: str) -> Any:
    oid = x509.NameOID
    return x509.Name(
        [
            x509.NameAttribute(oid.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(oid.COMMON_NAME, f"Packshot test {role}"),
        ]
    )


def _begun(x509: Any, subject: Any, issuer: Any, public_key: Any, now: datetime) -> Any:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
    )


def _usage(x509: Any, *granted: str) -> Any:
    return x509.KeyUsage(**{usage: usage in granted for usage in _USAGES})
