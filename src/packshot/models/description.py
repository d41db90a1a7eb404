"""What a model says about itself in its configuration files. Reads JSON only, imports no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packshot.errors import ModelError
from packshot.models.agreement import read_agreement
from packshot.models.families import CLASSES, SCHNELL_LENGTH, Family, Guidance, family_named
from packshot.models.geometry import geometry, latent_channels
from packshot.models.knowledge import CARD, Knowledge, read_knowledge
from packshot.models.layout import INDEX, components
from packshot.models.preview import PreviewFactors, read_preview
from packshot.models.recipes import USUAL, Recipe, recipe_of


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """`side_px` is the side the model was trained for; both sides must be multiples of `multiple_px`.

    `knowledge` is None where the model does not say what it knows, `preview` where nobody fitted the factors.
    `agreement_db` says how far fast runtimes are from the anchor, by names such as `openvino/mixed`, where measured.
    `text_to_image` is False for a refiner, which needs a picture to begin with, and for an `inpainting` model, whose
    denoiser is shown a picture and where to paint in it: it makes the scene around a locked product.
    """

    family: str
    side_px: int
    multiple_px: int
    prediction: str
    scheduler_class: str
    scheduler_config: dict[str, Any]
    tokenizers: tuple[Path, ...]
    safety_checker: bool
    guidance_embedded: bool
    knowledge: Knowledge | None = None
    preview: PreviewFactors | None = None
    agreement_db: dict[str, float] = field(default_factory=dict)
    recipe: Recipe = USUAL
    text_to_image: bool = True
    inpainting: bool = False

    @property
    def guidance(self) -> Guidance:
        """What guidance means to it."""
        return Guidance.EMBEDDED if self.guidance_embedded else family_named(self.family).guidance

    @property
    def image_to_image(self) -> bool:
        """Whether it starts from a source: diffusers has a pipeline for that, and the denoiser wants nothing else."""
        return family_named(self.family).image_to_image is not None and not self.inpainting

    @property
    def refiner(self) -> bool:
        """Whether it only makes pictures better."""
        return not self.text_to_image and not self.inpainting

    @property
    def sequence_length(self) -> int | None:
        """The most tokens that its longest-reading encoder is given; None where that is the tokenizer's matter."""
        length = family_named(self.family).sequence_length
        return SCHNELL_LENGTH if self.family == "flux" and not self.guidance_embedded else length


def describe(folder: Path) -> ModelDescription:
    """Read a folder in diffusers' layout. Raises ModelError on what is missing, broken or not of a known family."""
    index = read_json(folder / INDEX)
    family = _family(index)
    parts = components(index)
    denoiser = "unet" if family.batched else "transformer"
    _check_parts(parts, denoiser, needs_first_encoder=not _is_refiner(index))
    about = read_json(folder / denoiser / "config.json")
    vae = read_json(folder / "vae" / "config.json")
    scheduler = read_json(folder / "scheduler" / "scheduler_config.json")
    inpainting = family.batched and _is_inpainting(about, latent_channels(about, vae))
    side_px, multiple_px = geometry(family, about, vae)
    embedded = about.get("time_cond_proj_dim") is not None or bool(about.get("guidance_embeds"))
    # optional, beside the weights and no part of their digest: it says what they are, and changes no pixel
    card = read_json(folder / CARD) if (folder / CARD).is_file() else {}
    return ModelDescription(
        family=family.name,
        side_px=side_px,
        multiple_px=multiple_px,
        prediction=str(scheduler.get("prediction_type", "epsilon" if family.batched else "flow")),
        scheduler_class=str(scheduler.get("_class_name", parts["scheduler"])),
        scheduler_config=scheduler,
        tokenizers=tuple(folder / part for part in TOKENIZERS if part in parts),
        safety_checker="safety_checker" in parts,
        guidance_embedded=embedded,
        knowledge=read_knowledge(card, folder),
        preview=read_preview(card, folder, latent_channels(about, vae)),
        agreement_db=read_agreement(card, folder),
        recipe=recipe_of(family.name, guidance_embedded=embedded),
        text_to_image=not _is_refiner(index) and not inpainting,
        inpainting=inpainting,
    )


TOKENIZERS = ("tokenizer", "tokenizer_2", "tokenizer_3")


def _family(index: dict[str, Any]) -> Family:
    class_name = str(index.get("_class_name"))
    if class_name not in CLASSES:
        raise ModelError(
            "model.unsupported",
            f"not a model that this version runs: {class_name}",
            expected=", ".join(sorted(CLASSES)),
            got=class_name,
            hint="`packshot models list` shows models that it runs",
        )
    return family_named(CLASSES[class_name])


def _is_refiner(index: dict[str, Any]) -> bool:
    """Stable Diffusion XL's second stage: its denoiser is told how beautiful the picture shall be, not its size."""
    return bool(index.get("requires_aesthetics_score"))


def _is_inpainting(denoiser: dict[str, Any], latents: int) -> bool:
    """Whether a UNet takes a mask and another picture's latents beside its own. Raises ModelError on other additions.

    Such as models that take a depth map, or a picture to be edited.
    """
    taken = int(denoiser.get("in_channels", latents))
    if taken not in (latents, shown := inpainting_channels(latents)):
        raise ModelError(
            "model.unsupported",
            f"the model's denoiser takes {taken} channels: it needs something beside latents that nobody gives it",
            expected=f"{latents} channels, or {shown} of an inpainting model",
            got=f"{taken} channels",
            hint="`packshot models list` shows models that it runs",
        )
    return taken == shown


def inpainting_channels(latents: int) -> int:
    """Channels of an inpainting model's denoiser: the latents, a mask, and the latents of what is there."""
    return 2 * latents + 1


def _check_parts(parts: dict[str, str], denoiser: str, *, needs_first_encoder: bool) -> None:
    texts = ("text_encoder", "tokenizer") if needs_first_encoder else ("text_encoder_2", "tokenizer_2")
    for part in (denoiser, "vae", "scheduler", *texts):
        if part not in parts:
            raise ModelError("model.incomplete", f"the model has no {part}", expected=part, got=", ".join(parts))


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a model's file. Raises ModelError where it is missing or broken."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            "model.incomplete",
            f"the model lacks {path.parent.name}/{path.name}",
            expected=path.name,
            got="no such file",
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError("model.corrupt", f"{path} cannot be read: {error}", hint="get the model again") from error
    if not isinstance(value, dict):
        raise ModelError("model.corrupt", f"{path} is no JSON object", hint="get the model again")
    return value
