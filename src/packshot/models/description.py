"""What a model says about itself in its configuration files. Reads JSON only, imports no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError
from packshot.models.agreement import read_agreement
from packshot.models.knowledge import CARD, Knowledge, read_knowledge
from packshot.models.layout import INDEX, components
from packshot.models.preview import PreviewFactors, read_preview

FAMILIES: Final[dict[str, str]] = {
    "StableDiffusionPipeline": "sd",
    "StableDiffusionImg2ImgPipeline": "sd",
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusionXLImg2ImgPipeline": "sdxl",
}


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """`side_px` is the side the model was trained for; both sides must be multiples of `multiple_px`.

    `knowledge` is None where the model does not say what it knows, `preview` where nobody fitted the factors.
    `agreement_db` says how far fast runtimes are from the anchor, by names such as `openvino/mixed`, where measured.
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


def describe(folder: Path) -> ModelDescription:
    """Read a folder in diffusers' layout. Raises ModelError on what is missing, broken or not of a known family."""
    index = read_json(folder / INDEX)
    class_name = str(index.get("_class_name"))
    family = FAMILIES.get(class_name)
    if family is None:
        raise ModelError(
            "model.unsupported",
            f"not a model that this version runs: {class_name}",
            expected=", ".join(sorted(FAMILIES)),
            got=class_name,
            hint="`packshot models list` shows models that it runs",
        )
    parts = components(index)
    for part in ("unet", "vae", "scheduler", "text_encoder", "tokenizer"):
        if part not in parts:
            raise ModelError("model.incomplete", f"the model has no {part}", expected=part, got=", ".join(parts))
    unet = read_json(folder / "unet" / "config.json")
    vae = read_json(folder / "vae" / "config.json")
    scheduler = read_json(folder / "scheduler" / "scheduler_config.json")
    scale = 2 ** (len(vae.get("block_out_channels") or [0]) - 1)
    sample_size = unet.get("sample_size") or 64
    # optional, beside the weights and no part of their digest: it says what they are, and changes no pixel
    card = read_json(folder / CARD) if (folder / CARD).is_file() else {}
    return ModelDescription(
        family=family,
        side_px=int(sample_size if isinstance(sample_size, int) else sample_size[0]) * scale,
        multiple_px=scale,
        prediction=str(scheduler.get("prediction_type", "epsilon")),
        scheduler_class=str(scheduler.get("_class_name", parts["scheduler"])),
        scheduler_config=scheduler,
        tokenizers=tuple(folder / part for part in ("tokenizer", "tokenizer_2") if part in parts),
        safety_checker="safety_checker" in parts,
        guidance_embedded=unet.get("time_cond_proj_dim") is not None,
        knowledge=read_knowledge(card, folder),
        preview=read_preview(card, folder, int(unet.get("in_channels", 4))),
        agreement_db=read_agreement(card, folder),
    )


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
