"""Reads whose limits hold for which product, from YAML: a file of the team, and one of what was learned."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from packshot.errors import IdentityError, PlanError
from packshot.experiment.yaml_lines import line_of, read_yaml
from packshot.review.identity import DEFAULT, IdentityGate, Limits
from packshot.spec import Frozen

SCHEMA: Final = "packshot.identity/1"
HEAD: Final = (
    "# Written by `packshot identity learn`. Limits of your own go into identity.yaml: they count before these.\n"
)
NAMES: Final = "identity.yaml", "identity-learned.yaml"
"""The team's, and what was learned."""

ProductName = Annotated[str, StringConstraints(pattern=r"^[^\W_][\w .-]{0,99}$")]
SourceDigest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12,64}$")]


class KnownProduct(Frozen):
    """A product, the digests (or their first 12 digits and more) of the photos that show it, and its limits.

    `approved` is how many approved pictures they were learned from; None where a person set them.
    """

    name: ProductName
    sources: Annotated[tuple[SourceDigest, ...], Field(min_length=1)]
    limits: Limits
    approved: int | None = None

    def is_of(self, source: str) -> bool:
        """Whether a source picture shows it."""
        return any(source.startswith(each) for each in self.sources)


class IdentityFile(Frozen):
    """`default` holds for products without limits of their own."""

    schema_: Literal["packshot.identity/1"] = Field(default="packshot.identity/1", alias="schema")
    default: Limits = Limits()
    products: tuple[KnownProduct, ...] = ()

    @model_validator(mode="after")
    def _names_each_product_once(self) -> Self:
        names = [product.name for product in self.products]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two products named {twice[0]!r}")
        return self


def gate_for(source: str, folder: Path) -> IdentityGate:
    """The gate of the product that a source shows, by the digest of the source. Raises IdentityError.

    The team's limits count first, then learned ones, then the team's default, then the built-in.
    """
    own, learned = (find_identity_file(folder / name) for name in NAMES)
    limits = own.default.over(DEFAULT)
    whose = "the team's default" if own.default != Limits() else "the defaults"
    product = None
    for file, words in ((learned, "learned from {n} approved pictures"), (own, "set by the team")):
        known = next((each for each in file.products if each.is_of(source)), None)
        if known is not None:
            limits, product = known.limits.over(limits), known.name
            whose = words.format(n=known.approved)
    return IdentityGate(limits=limits, product=product, whose=whose)


def find_identity_file(path: Path) -> IdentityFile:
    """A file of limits; an empty one where there is none. Remembered until it changes. Raises IdentityError."""
    try:
        status = path.stat()
        return _read(path.absolute(), status.st_mtime_ns, status.st_size)
    except FileNotFoundError:
        return IdentityFile()
    except (OSError, UnicodeDecodeError) as error:
        raise IdentityError("identity.invalid", f"{path} cannot be read: {error}") from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed_ns: int, _size: int) -> IdentityFile:
    return read_identity_file(path.read_text(encoding="utf-8-sig"), path.name)


def read_identity_file(text: str, name: str) -> IdentityFile:
    """From YAML; `name` is the file's. Raises IdentityError that names line, expected and got."""
    try:
        value, lines = read_yaml(text, name)
    except PlanError as error:
        raise IdentityError("identity.invalid", error.message, expected=error.expected, got=error.got) from error
    try:
        return IdentityFile.model_validate({} if value is None else value)
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda found: found["type"] == "missing")
        path = tuple(first["loc"])
        where = ".".join(str(part) for part in path) or "the file"
        problem = str(first["msg"]).removeprefix("Value error, ")
        got = "nothing" if first["type"] == "missing" else _shortened(first["input"])
        raise IdentityError(
            "identity.invalid",
            f"{name}, line {line_of(path, lines)}: {where}: {problem}",
            expected=problem,
            got=got,
        ) from error


def written(file: IdentityFile) -> str:
    """The learned limits as YAML."""
    content = file.model_dump(mode="json", by_alias=True, exclude_none=True)
    return HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def with_product(file: IdentityFile, product: KnownProduct) -> IdentityFile:
    """The file with a product in place of the one of that name."""
    others = tuple(each for each in file.products if each.name != product.name)
    return file.model_copy(update={"products": (*others, product)})


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
