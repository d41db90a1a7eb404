"""Loads a model's components into memory, once per process. Knows nothing of runs, seeds or schedulers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from packshot.errors import EngineError, ModelError
from packshot.models.catalogue import Model
from packshot.models.description import read_json
from packshot.models.lora_places import COMPONENTS
from packshot.models.memory import is_offloaded, save_memory
from packshot.spec import HIGH, SDPA

Pipeline = Any
"""A diffusers pipeline: a bag of components with the functions that encode prompts."""

WITH_LORAS_KEPT: Final = 1
"""Fused weights are a whole model beside the plain one, and the engine serves one group of runs after the other: a
sweep over weights needs one copy at a time, and reads each once."""


class Loader:
    """Keeps what it has loaded: the same model, device, precision, runtime and mode are read from disk once."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, ...], Pipeline] = {}
        self._with_loras: OrderedDict[tuple[str, ...], Pipeline] = OrderedDict()

    def load(
        self,
        model: Model,
        device: str,
        precision: str,
        runtime: str = "torch",
        *,
        memory: str = HIGH,
        attention: str = SDPA,
    ) -> Pipeline:
        """The model's text-to-image pipeline on `device`. Raises ModelError (corrupt) or EngineError (memory).

        `precision` is that of the runtime: for torch every part's; another runtime has the denoiser alone, so the
        other parts are float32, and the pipeline's UNet is a shell that has a configuration and no weights.
        A memory mode that saves keeps one pipeline in all.
        """
        key = (model.weights_digest, device, precision, runtime, memory, attention)
        kept = self._with_loras if model.loras else self._loaded
        if key not in kept:
            if memory != HIGH:
                self._loaded.clear()
                self._with_loras.clear()
            while model.loras and len(kept) >= WITH_LORAS_KEPT:
                self._with_loras.popitem(last=False)
            shell = None if runtime == "torch" else _shell(model)
            kept[key] = _load(
                model, device, precision if shell is None else "float32", shell, memory=memory, attention=attention
            )
        return kept[key]

    def load_denoiser(self, model: Model) -> Any:
        """The UNet alone, float32 on the CPU. Not kept: who converts it lets it go."""
        import diffusers
        import torch

        quiet_libraries()
        unet_class: Any = diffusers.UNet2DConditionModel
        options = {"dtype": torch.float32, "local_files_only": True}
        with named_errors(model, "cpu"):
            if model.single_file is not None:
                unet = unet_class.from_single_file(
                    str(model.single_file), config=str(model.folder), subfolder="unet", **options
                )
            else:
                unet = unet_class.from_pretrained(
                    str(model.folder), subfolder="unet", variant=model.variant, use_safetensors=True, **options
                )
        refuse_bad_weights(model, "unet", unet)
        _add_loras(model, {"unet": unet}, whole=False)
        return unet


def _shell(model: Model) -> Any:
    import diffusers
    import torch

    with torch.device("meta"):
        unet: Any = diffusers.UNet2DConditionModel.from_config(read_json(model.folder / "unet" / "config.json"))
    return unet


def _load(model: Model, device: str, precision: str, denoiser: Any | None, *, memory: str, attention: str) -> Pipeline:
    import diffusers
    import torch

    quiet_libraries()
    classes = {"sd": diffusers.StableDiffusionPipeline, "sdxl": diffusers.StableDiffusionXLPipeline}
    pipeline_class: Any = classes[model.description.family]
    if model.description.refiner:  # its conditioning is told by its own pipeline's configuration
        pipeline_class = diffusers.StableDiffusionXLImg2ImgPipeline
    check_device(device)
    dtype = getattr(torch, precision)
    extra: dict[str, Any] = {"add_watermarker": False} if model.description.family == "sdxl" else {}
    if denoiser is not None:
        extra["unet"] = denoiser
    with named_errors(model, device):
        if model.single_file is not None:
            pipeline = pipeline_class.from_single_file(
                str(model.single_file), config=str(model.folder), dtype=dtype, local_files_only=True, **extra
            )
        else:
            pipeline = pipeline_class.from_pretrained(
                str(model.folder),
                dtype=dtype,
                variant=model.variant,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                **extra,
            )
    named = {part: getattr(pipeline, part, None) for part in COMPONENTS}
    _add_loras(model, {part: component for part, component in named.items() if component is not None})
    if denoiser is None and not is_offloaded(memory, device):
        move_to_device(model, pipeline, device)
    elif denoiser is not None:
        # the decoder takes two thirds of the time so (docs/log.md); with torch it keeps diffusers' layout and bits
        pipeline.vae.to(memory_format=torch.channels_last)
    for part in ("unet", "vae", "text_encoder", "text_encoder_2"):
        component = getattr(pipeline, part, None)
        if component is not None and component is not denoiser:
            refuse_bad_weights(model, part, component)
    # last: layers that wait for their turn have no weights to look at
    save_memory(pipeline, device, memory, attention, whole=denoiser is None)
    return pipeline


def _add_loras(model: Model, components: dict[str, Any], *, whole: bool = True) -> None:
    if model.loras:
        from packshot.models.lora_fusing import fuse_loras

        fuse_loras(model.loras, components, whole=whole)


@contextmanager
def named_errors(model: Model, device: str) -> Iterator[None]:
    """What reading weights may raise, as ModelError or EngineError."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise _no_memory(model, device) from error
        raise ModelError(
            "model.corrupt",
            f"{model.reference} cannot be loaded: {type(error).__name__}: {error}",
            expected="whole safetensors weights that fit the configuration",
            got=str(model.single_file or model.folder),
            hint="get the model again; `packshot doctor` shows versions",
        ) from error


def move_to_device(model: Model, pipeline: Pipeline, device: str) -> None:
    """The whole pipeline to the device. Raises EngineError where memory is short."""
    try:
        pipeline.to(device)
    except Exception as error:
        if is_out_of_memory(error):
            raise _no_memory(model, device) from error
        raise


def check_device(device: str) -> None:
    """Raise EngineError where torch cannot use the device: a build without CUDA, an old driver, too few cards."""
    import torch

    kind, _, index = device.partition(":")
    usable = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and int(index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not usable.get(kind, False):
        raise EngineError(
            "engine.device",
            f"torch {torch.__version__} cannot use {device} here",
            expected="a device that torch sees",
            got=device,
            hint="PACKSHOT_DEVICE=cpu works everywhere; `packshot doctor` names the cause",
        )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of any library means that memory ran out."""
    import torch

    words = str(error).lower()
    return (
        isinstance(error, MemoryError | torch.OutOfMemoryError)
        or "out of memory" in words
        or "can't allocate memory" in words
    )


def _no_memory(model: Model, device: str) -> EngineError:
    return EngineError(
        "engine.out_of_memory",
        f"not enough memory on {device} for {model.reference}",
        hint="close other programs, try --memory balanced, or take a smaller model",
    )


def refuse_bad_weights(model: Model, part: str, component: Any) -> None:
    """NaN or infinity in the weights would only show as a black picture: name the tensor instead."""
    import torch

    component.eval()
    for name, tensor in component.named_parameters():
        if not bool(torch.isfinite(tensor).all()):
            raise ModelError(
                "model.corrupt",
                f"{model.reference} has numbers that are none in {part}: {name}",
                expected="finite weights",
                got="NaN or infinity",
                hint="get the model again",
            )


def quiet_libraries() -> None:
    """No warnings about optional image libraries in a person's terminal; errors still show."""
    import transformers
    from diffusers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
