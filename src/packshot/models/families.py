"""What each family of models understands: its pipelines, what guidance means to it, how it reads. Imports no torch.

What a family does not know is refused by this table when a spec is resolved. The numbers are those of diffusers'
pipelines.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Guidance(StrEnum):
    """How a model takes the guidance.

    `classifier-free` asks the denoiser with the prompt and with the negative prompt (arXiv:2207.12598), `embedded`
    hands the number to a distilled denoiser (arXiv:2210.03142), `none` takes no guidance.
    """

    CLASSIFIER_FREE = "classifier-free"
    EMBEDDED = "embedded"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reader:
    """How a text encoder reads: its tokenizer's folder, and how many tokens of what it is given.

    `limit` None is the tokenizer's own. `lead` is the end of an instruction that the pipeline writes before the prompt
    (not before the negative prompt), with a limit of its own. `chat` puts the text into the tokenizer's chat template.
    `lowered` text is read in lower case.
    """

    name: str
    folder: str
    limit: int | None = None
    lead: str = ""
    chat: bool = False
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """A row of the table. `text_to_image`, `image_to_image`, `inpainting`: diffusers' classes, None where it has none.

    `batched` families run in the engine's own loop, the others in their pipeline, one picture at a time.

    Guidance is `guidance` unless the model's configuration says that it is embedded; off at `guidance_off` or less;
    `guidance_argument` is its name in the call; with it a denoiser call has `guided_rows` rows.

    Sides are multiples of the autoencoder's scale times `patch`, and of `multiple_px`. `side_latent` is the native
    side in latents where the denoiser's configuration does not say. `strength_rounds_up`: of 5 steps at strength 0.5
    three are taken, not two. Of `inpainting` only classes that are run here are named. `sequence_length` and
    `arguments` are handed to every call.
    """

    name: str
    title: str
    text_to_image: str
    image_to_image: str | None
    inpainting: str | None = None
    batched: bool = False
    guidance: Guidance = Guidance.CLASSIFIER_FREE
    guidance_argument: str = "guidance_scale"
    guidance_off: float = 1.0
    guided_rows: int = 2
    negative_prompt: bool = True
    own_scheduler_only: bool = True
    steps_min: int = 1
    strength_rounds_up: bool = True
    patch: int = 2
    multiple_px: int = 1
    side_latent: int | None = None
    sequence_length: int | None = None
    readers: tuple[Reader, ...] = ()
    arguments: tuple[tuple[str, object], ...] = ()


SIZE_AS_ASKED: Final = (("use_resolution_binning", False),)
"""Else the pipeline makes the nearest size of its list, and scales and crops the picture to the one asked for."""

TEXT_AS_WRITTEN: Final = (("clean_caption", False),)
"""Else the prompt is rewritten, but only where two packages are installed: another picture on another machine."""

SCHNELL_LENGTH: Final = 256
"""FLUX.1 schnell was trained on prompts of this length; dev, and the pipeline's default, take 512."""

FAMILIES: Final[tuple[Family, ...]] = (
    Family(
        "sd",
        "Stable Diffusion",
        "StableDiffusionPipeline",
        "StableDiffusionImg2ImgPipeline",
        "StableDiffusionInpaintPipeline",
        batched=True,
        own_scheduler_only=False,
        strength_rounds_up=False,
    ),
    Family(
        "sdxl",
        "Stable Diffusion XL",
        "StableDiffusionXLPipeline",
        "StableDiffusionXLImg2ImgPipeline",
        "StableDiffusionXLInpaintPipeline",
        batched=True,
        own_scheduler_only=False,
        strength_rounds_up=False,
    ),
    Family(
        "sd3",
        "Stable Diffusion 3",
        "StableDiffusion3Pipeline",
        "StableDiffusion3Img2ImgPipeline",
        sequence_length=256,
        readers=(Reader("CLIP", "tokenizer"), Reader("CLIP", "tokenizer_2"), Reader("T5", "tokenizer_3", 256)),
    ),
    Family(
        "flux",
        "FLUX.1",
        "FluxPipeline",
        "FluxImg2ImgPipeline",
        guidance=Guidance.NONE,
        guided_rows=1,
        negative_prompt=False,
        side_latent=128,
        sequence_length=512,
        readers=(Reader("CLIP", "tokenizer"), Reader("T5", "tokenizer_2", 512)),
    ),
    Family(
        "sana",
        "Sana",
        "SanaPipeline",
        None,
        patch=1,
        multiple_px=32,
        sequence_length=300,
        readers=(Reader("Gemma", "tokenizer", 300, lead="User Prompt: ", lowered=True),),
        arguments=SIZE_AS_ASKED + TEXT_AS_WRITTEN,
    ),
    Family(
        "pixart-alpha",
        "PixArt-α",
        "PixArtAlphaPipeline",
        None,
        own_scheduler_only=False,
        steps_min=2,
        multiple_px=8,
        sequence_length=120,
        readers=(Reader("T5", "tokenizer", 120, lowered=True),),
        arguments=SIZE_AS_ASKED + TEXT_AS_WRITTEN,
    ),
    Family(
        "pixart-sigma",
        "PixArt-Σ",
        "PixArtSigmaPipeline",
        None,
        own_scheduler_only=False,
        multiple_px=8,
        sequence_length=300,
        readers=(Reader("T5", "tokenizer", 300, lowered=True),),
        arguments=SIZE_AS_ASKED + TEXT_AS_WRITTEN,
    ),
    Family(
        "qwen-image",
        "Qwen-Image",
        "QwenImagePipeline",
        "QwenImageImg2ImgPipeline",
        guidance_argument="true_cfg_scale",
        guided_rows=1,
        side_latent=128,
        sequence_length=512,
        readers=(Reader("Qwen", "tokenizer", 512),),
    ),
    Family(
        "z-image",
        "Z-Image",
        "ZImagePipeline",
        "ZImageImg2ImgPipeline",
        guidance_off=0.0,
        side_latent=128,
        sequence_length=512,
        readers=(Reader("Qwen", "tokenizer", 512, chat=True),),
    ),
)

COMPOSITOR: Final = Family(
    "compositor", "The compositor", "", None, guidance=Guidance.NONE, guided_rows=1, negative_prompt=False
)
"""No model: puts a photo's product on a ground. It stands in no table of models, and makes no picture from words."""

REMOTE: Final = Family(
    "remote",
    "a remote model",
    "images/generations",
    "images/edits",
    guidance_off=0.0,
    guided_rows=1,
    strength_rounds_up=False,
)
"""Whatever a server runs behind OpenAI's images API: what it knows is the server's matter. In no table of models; the
names stand for routes."""

_BY_NAME: Final = {family.name: family for family in (*FAMILIES, COMPOSITOR, REMOTE)}

CLASSES: Final[dict[str, str]] = {
    class_name: family.name
    for family in FAMILIES
    for class_name in (family.text_to_image, family.image_to_image, family.inpainting)
    if class_name is not None
}
"""Diffusers' pipeline class, as a model_index.json names it → family."""


def family_named(name: str) -> Family:
    """The family of that name, as a model pin has it."""
    return _BY_NAME[name]
