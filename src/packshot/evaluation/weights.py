"""Loads a model of transformers for looking at pictures: whole, in float32, from this machine, without running code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from packshot.errors import ModelError


def load_whole(model_class: Any, folder: Path) -> Any:
    """The model, ready for inference. Raises ModelError where a weight is missing, of another shape, or no number.

    transformers fills what is missing with random numbers, and a score of those would look like any other.
    """
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        model, report = model_class.from_pretrained(
            str(folder),
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
    except Exception as error:
        raise _corrupt(folder, f"{type(error).__name__}: {error}") from error
    missing = sorted(str(name) for name in (*report["missing_keys"], *report["mismatched_keys"]))
    if missing:
        raise _corrupt(folder, f"no weights for {missing[0]}" + (f" and {len(missing) - 1} more" * (len(missing) > 1)))
    for name, tensor in model.named_parameters():
        if not bool(torch.isfinite(tensor).all()):
            raise _corrupt(folder, f"{name} has numbers that are none")
    return model.eval().requires_grad_(False)


def _corrupt(folder: Path, got: str) -> ModelError:
    return ModelError(
        "model.corrupt",
        f"the scorer in {folder} cannot be loaded: {got}",
        expected="whole safetensors weights that fit the configuration",
        got=got,
        hint="get the model again",
    )
