"""Objects below a prefix of an S3 bucket: bytes in, bytes out, S3's errors as ours. Knows nothing about pictures.

Who may do what there, and where it is, is AWS configuration alone (`AWS_ACCESS_KEY_ID`, `AWS_PROFILE`,
`AWS_ENDPOINT_URL_S3`, a role of the machine): no secret passes through Packshot's settings, logs or records. A PUT is
atomic: an object is there whole or not at all.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from packshot.errors import StoreError, UsageError

ADDRESS: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/+(.*?))?/*")
TRIES: Final = 5
"""Of one request, with a growing pause between (botocore's standard mode: slow down, 5xx, a broken connection)."""

CONNECT_S: Final = 5
READ_S: Final = 60
"""How long one try waits for an answer."""

CONNECTIONS: Final = 32

REFUSED: Final = frozenset(
    {
        "403", "401", "AccessDenied", "AllAccessDisabled", "ExpiredToken", "InvalidAccessKeyId", "InvalidToken",
        "NoSuchBucket", "SignatureDoesNotMatch", "QuotaExceeded", "XMinioStorageFull",
    }
)  # fmt: skip
MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})


Answer = TypeVar("Answer")


class S3Folder:
    """The objects of one bucket whose keys begin with a prefix. Shared by threads; connects on first use."""

    def __init__(self, address: str) -> None:
        """`address` is s3://bucket or s3://bucket/prefix. Raises UsageError."""
        self.bucket, self.prefix = _parts(address)
        if importlib.util.find_spec("s3fs") is None:
            raise UsageError(
                "settings.extra", "S3 needs a package that is not installed", hint="pip install packshot[s3]"
            )
        self._opened: Any = None
        self._opening = threading.Lock()

    @property
    def place(self) -> str:
        """The address."""
        return "/".join(filter(None, (f"s3://{self.bucket}", self.prefix)))

    def read(self, name: str) -> bytes | None:
        """An object's bytes; None where there is none of that name. Raises StoreError."""
        return self._asked(lambda: self._s3().cat_file(self._path(name)))

    def write(self, name: str, content: bytes, kind: str) -> None:
        """Puts an object of a content type in place, durable on return. Raises StoreError."""
        found = self._asked(lambda: self._s3().pipe_file(self._path(name), content, ContentType=kind) or True)
        if found is None:
            raise self._refused("NoSuchBucket")

    def has(self, name: str) -> bool:
        """Whether there is an object of that name. Raises StoreError."""
        key = self._path(name).partition("/")[2]
        return self._asked(lambda: self._s3().call_s3("head_object", Bucket=self.bucket, Key=key)) is not None

    def names(self, below: str) -> Iterator[str]:
        """The names that begin with `below/`, in order. Raises StoreError."""
        folder = self._path(below)
        found = self._asked(lambda: self._s3().find(folder)) or []
        start = len(self._path(""))
        return (path[start:] for path in sorted(found))

    def _path(self, name: str) -> str:
        return "/".join(filter(None, (self.bucket, self.prefix))) + f"/{name}"

    def _s3(self) -> Any:
        with self._opening:
            if self._opened is None:
                import s3fs

                self._opened = s3fs.S3FileSystem(
                    config_kwargs={
                        "retries": {"mode": "standard", "total_max_attempts": TRIES},
                        "connect_timeout": CONNECT_S,
                        "read_timeout": READ_S,
                        "max_pool_connections": CONNECTIONS,
                    },
                    max_concurrency=1,  # else each read asks for the size first, to fetch in parts
                    use_listings_cache=False,
                    skip_instance_cache=True,
                )
                self._opened.retries = 1  # botocore tries again already; both together would wait for minutes
            return self._opened

    def _asked(self, ask: Callable[[], Answer]) -> Answer | None:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

        try:
            return ask()
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise self._refused("no credentials") from error
        except (OSError, ClientError, BotoCoreError) as error:
            code = _code_of(error)
            if code in MISSING or (isinstance(error, FileNotFoundError) and code != "NoSuchBucket"):
                return None
            if code in REFUSED or isinstance(error, PermissionError):
                raise self._refused(code) from error
            raise StoreError(
                "pictures.unreachable",
                f"the pictures cannot be reached: {self.place}",
                got=code,
                hint="wait until S3 answers, and call again; everything finished so far is kept",
            ) from error

    def _refused(self, code: str) -> StoreError:
        return StoreError(
            "pictures.refused",
            f"S3 refuses the pictures: {self.place}",
            expected="a bucket that is there, where objects may be listed, read and written",
            got=code,
            hint="check the bucket, AWS_PROFILE or AWS_ACCESS_KEY_ID, and AWS_ENDPOINT_URL_S3",
        )


def _parts(address: str) -> tuple[str, str]:
    """Bucket and prefix. What is no address is not repeated: it may hold a key."""
    found = ADDRESS.fullmatch(address)
    if found is None or re.search(r"[@?#\\]|//|(^|/)\.\.?(/|$)", found.group(2) or ""):
        raise UsageError(
            "settings.invalid",
            "not the address of a place for pictures",
            expected="s3://bucket or s3://bucket/prefix",
            got=f"{address.partition(':')[0]}:…",
            hint="keys are read from AWS configuration; leave it out for the folder in the workspace",
        )
    return found.group(1), found.group(2) or ""


def _code_of(error: BaseException) -> str:
    """S3's own code of what went wrong, else the kind of error: messages may name keys."""
    each: BaseException | None = error
    while each is not None:
        response = getattr(each, "response", None)
        if isinstance(response, dict) and (code := response.get("Error", {}).get("Code")):
            return str(code)
        each = each.__cause__
    return type(error).__name__
