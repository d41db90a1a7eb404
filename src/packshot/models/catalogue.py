"""Finds models by what a person writes, pins them, and lists what is at hand. Imports no torch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from packshot.errors import ModelError
from packshot.models.compositor import compositor_description, compositor_pin
from packshot.models.description import ModelDescription, describe, read_json
from packshot.models.digests import DigestCache
from packshot.models.families import COMPOSITOR, REMOTE, family_named
from packshot.models.fetching import OnFetch
from packshot.models.hub import cached_snapshot, find_snapshot, relative_files
from packshot.models.layout import INDEX, needed_files, variant_of
from packshot.models.lora_shelf import FoundLora, LoraShelf
from packshot.models.recipes import recipe_of
from packshot.models.reference import (
    EMBEDDED,
    SHORT_NAMES,
    EmbeddedReference,
    FileReference,
    FolderReference,
    HubReference,
    parse_reference,
)
from packshot.models.remote import remote_description, remote_pin
from packshot.models.remote_reference import RemoteReference
from packshot.models.single_file import LATENTS, configuration_folder, denoiser_channels
from packshot.spec import ModelPin, sha256_of


@dataclass(frozen=True, slots=True)
class Model:
    """A model that was found: where it is, what it says about itself, and its pin.

    `reference` finds it again from any folder.

    `folder` has the configuration, and the weights too unless `single_file` holds them. `loras` are added to the
    weights when they are loaded, those of weight 0 left out. `remote` says where a server's model is: it has no files.
    """

    reference: str
    folder: Path
    single_file: Path | None
    variant: str | None
    description: ModelDescription
    pin: ModelPin
    commit: str | None = None
    loras: tuple[FoundLora, ...] = ()
    remote: RemoteReference | None = None

    @property
    def weights_digest(self) -> str:
        """Which weights compute: the pin's digest; with LoRAs, one over that and their digests and weights."""
        if not self.loras:
            return self.pin.digest
        added = [lora.pin.model_dump() for lora in self.loras]
        return "sha256:" + sha256_of({"model": self.pin.digest, "loras": added})


@dataclass(frozen=True, slots=True)
class Listing:
    """A line of `packshot models list`."""

    name: str
    source: str
    side_px: int
    available: bool
    advice: str


def embedded_folder() -> Path:
    """Where the package keeps studio-tiny."""
    return Path(str(resources.files("packshot"))) / "data" / "models" / EMBEDDED


class Catalogue:
    """Looks models up. `digests` remembers what was hashed; `offline` forbids the hub; `on_fetch` hears what comes.

    `remote_hosts` are the servers beside this machine whose models may be named: prompts and pictures go there.
    """

    def __init__(
        self,
        digests: DigestCache,
        *,
        offline: bool,
        embedded: Path | None = None,
        loras: Path | None = None,
        remote_hosts: Collection[str] = (),
        on_fetch: OnFetch = lambda _fetch: None,
    ) -> None:
        self.loras = LoraShelf(digests, loras)
        """LoRA files, also in the folder `loras`."""
        self._digests = digests
        self._offline = offline
        self._on_fetch = on_fetch
        self._remote_hosts = frozenset(remote_hosts)
        self._embedded = embedded or embedded_folder()
        self._found: dict[str, Model] = {}

    def find(self, text: str) -> Model:
        """The model for what `--model` says, or the compositor by its name. Raises ModelError."""
        if text not in self._found:
            self._found[text] = self._compositor() if text == COMPOSITOR.name else self._find(text)
        return self._found[text]

    def is_here(self, text: str) -> bool:
        """Whether `find` needs no network. Of a single file nobody knows: its configuration may be elsewhere."""
        if text == COMPOSITOR.name:
            return True
        try:
            reference = parse_reference(text)
            match reference:
                case EmbeddedReference() | FolderReference():
                    return True
                case HubReference():
                    return cached_snapshot(reference) is not None
                case FileReference():
                    return text in self._found
                case RemoteReference():
                    return reference.is_among(self._remote_hosts)
        except ModelError:
            return False

    def find_pinned(self, text: str, pin: ModelPin, commit: str | None) -> Model:
        """The model that a record names, and no other. Raises ModelError (`model.changed`) on other weights."""
        reference = parse_reference(text) if text != COMPOSITOR.name else None
        if isinstance(reference, HubReference) and commit:
            text = f"{reference.repository}@{commit}"
        model = self.find(text)
        if model.pin.digest != pin.digest:
            raise ModelError(
                "model.changed",
                f"{text} is not the model that was recorded",
                expected=pin.digest,
                got=model.pin.digest,
                hint="name the folder or revision with the recorded weights by --model",
            )
        return model

    def _compositor(self) -> Model:
        """It has no files: its folder is none."""
        nowhere = self._embedded.parent / COMPOSITOR.name
        return Model(COMPOSITOR.name, nowhere, None, None, compositor_description(), compositor_pin())

    def _find(self, text: str) -> Model:
        reference = parse_reference(text)
        match reference:
            case EmbeddedReference():
                return self._folder(text, self._embedded, None)
            case FolderReference(path):
                return self._folder(str(path.resolve()), path.resolve(), None)
            case HubReference():
                snapshot = find_snapshot(reference, offline=self._offline, on_fetch=self._on_fetch)
                return self._folder(text, snapshot.folder, snapshot.commit, reference.repository)
            case FileReference(path):
                return self._single_file(str(path.resolve()), path.resolve())
            case RemoteReference():
                return self._remote(reference)

    def _remote(self, reference: RemoteReference) -> Model:
        """A record, a plan or a link may name any server: pictures and the key go only where the settings allow it."""
        if not reference.is_among(self._remote_hosts):
            raise ModelError(
                "model.remote",
                f"pictures and prompts may not be sent to {reference.place}",
                expected="a server that the setting remote_hosts names, or one on this machine",
                got=reference.place,
                hint=f"PACKSHOT_REMOTE_HOSTS={reference.place} allows it",
            )
        nowhere = self._embedded.parent / REMOTE.name
        pin, description = remote_pin(reference), remote_description(reference)
        return Model(reference.text, nowhere, None, None, description, pin, remote=reference)

    def _folder(self, text: str, folder: Path, commit: str | None, repository: str | None = None) -> Model:
        if not (folder / INDEX).is_file():
            raise ModelError(
                "model.incomplete",
                f"{text} has no {INDEX}",
                expected="a folder in diffusers' layout",
                got=str(folder),
                hint="name the folder that holds model_index.json",
            )
        description = describe(folder)
        recipe = recipe_of(description.family, guidance_embedded=description.guidance_embedded, repository=repository)
        description = replace(description, recipe=recipe)
        files = needed_files(read_json(folder / INDEX), relative_files(folder))
        pin = ModelPin(family=description.family, digest=self._digests.model_digest(folder, files))
        return Model(text, folder, None, variant_of(files), description, pin, commit)

    def _single_file(self, text: str, path: Path) -> Model:
        folder = configuration_folder(path, offline=self._offline)
        # what the folder's card knows need not hold for another checkpoint
        description = replace(describe(folder), safety_checker=False, knowledge=None)
        _refuse_single_file(path, description)
        names = needed_files(read_json(folder / INDEX), relative_files(folder), weights=False)
        configuration = self._digests.model_digest(folder, names)
        weights = self._digests.file_sha256(path)
        pin = ModelPin(family=description.family, digest="sha256:" + _joined(configuration, weights))
        return Model(text, folder, path, None, description, pin)

    def listings(self) -> list[Listing]:
        """Every short name, and whether it is on this machine."""
        here = (self._embedded / INDEX).is_file()
        side_px = describe(self._embedded).side_px if here else 0
        rows = [Listing(EMBEDDED, "in the package", side_px, here, "no network, no GPU")]
        for entry in SHORT_NAMES:
            try:
                available = cached_snapshot(HubReference(entry.repository, None)) is not None
            except ModelError:
                available = False
            rows.append(Listing(entry.name, entry.repository, entry.side_px, available, entry.advice))
        return rows


def _refuse_single_file(path: Path, description: ModelDescription) -> None:
    """The batched families' checkpoints are read; of the others only folders."""
    family = family_named(description.family)
    if not family.batched:
        raise ModelError(
            "model.unsupported",
            f"single files of {family.title} are not read",
            expected="the model's folder in diffusers' layout",
            got=path.name,
        )
    taken = denoiser_channels(path)
    if taken is not None and (taken > LATENTS) != description.inpainting:
        kinds = ("a model that paints without a mask", "an inpainting model")
        raise ModelError(
            "model.unsupported",
            f"{path.name} is another kind of model than the configuration beside it",
            expected=kinds[description.inpainting],
            got=kinds[taken > LATENTS],
            hint="put the model_index.json of its own kind beside it, or none",
        )


def _joined(configuration: str, weights: str) -> str:
    return sha256_of({"configuration": configuration, "weights": weights})
