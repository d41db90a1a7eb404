"""Which files of a model in diffusers' layout are needed. Pure: names in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from packshot.errors import ModelError

INDEX = "model_index.json"
_WEIGHTLESS = re.compile(r"(Scheduler|Tokenizer(Fast)?|Processor(Fast|Pil)?|FeatureExtractor)$")
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
_CONFIGURATION = (".json", ".txt", ".model", ".jinja")
_VARIANTS = ("fp16", "bf16")


def components(model_index: dict[str, Any]) -> dict[str, str]:
    """Folder → class name of each component that the pipeline really has."""
    return {
        name: entry[1]
        for name, entry in model_index.items()
        if not name.startswith("_") and isinstance(entry, list) and len(entry) == 2 and entry[1]
    }


SINGLE_FILE_LACKS = ("safety_checker", "feature_extractor", "image_encoder")
"""Components that a single checkpoint file never has, and that diffusers leaves out with it."""


def needed_files(model_index: dict[str, Any], files: Iterable[str], *, weights: bool = True) -> tuple[str, ...]:
    """The files that computing reads, sorted; variants (`.fp16.`, `.non_ema.`) and pickles are left out.

    Without `weights`, what a single checkpoint file needs beside it: configurations and tokenizers. A component whose
    only safetensors are of a variant takes that. Raises ModelError: `model.pickle_only` where a component has weights
    in pickle form only, `model.incomplete` where it has none.
    """
    present = set(files)
    needed = {INDEX} & present
    for folder, class_name in components(model_index).items():
        if not weights and folder in SINGLE_FILE_LACKS:
            continue
        inside = [name for name in present if name.startswith(f"{folder}/") and name.count("/") == 1]
        needed.update(name for name in inside if name.endswith(_CONFIGURATION) and ".index." not in name)
        if weights and not _WEIGHTLESS.search(class_name):
            needed.update(_weights(folder, inside))
    return tuple(sorted(needed))


def variant_of(files: Iterable[str]) -> str | None:
    """`fp16` or `bf16` where weights chosen are of that variant, else None."""
    names = tuple(files)
    return next((variant for variant in _VARIANTS if any(f".{variant}" in name for name in names)), None)


def _weights(folder: str, inside: list[str]) -> set[str]:
    safetensors = [name for name in inside if name.endswith(".safetensors")]
    plain = {name for name in safetensors if not _is_variant(name)}
    halves = [{name for name in safetensors if f".{variant}" in name} for variant in _VARIANTS]
    chosen = plain or next(filter(None, halves), set())
    if chosen:
        index = {name for name in inside if ".safetensors.index." in name and name.endswith(".json")}
        return chosen | {name for name in index if variant_of([name]) == variant_of(chosen)}
    if any(name.endswith((".bin", ".ckpt", ".pt")) for name in inside):
        raise ModelError(
            "model.pickle_only",
            f"the model's {folder} has weights in pickle form only",
            expected="safetensors: pickles can run code when they are opened",
            got=", ".join(sorted(inside)),
            hint="take a safetensors release of the model",
        )
    raise ModelError(
        "model.incomplete",
        f"the model lacks the weights of its {folder}",
        expected=f"{folder}/*.safetensors",
        got=", ".join(sorted(inside)) or "nothing",
        hint="copy or download the model again",
    )


def _is_variant(name: str) -> bool:
    stem = name.rsplit("/", 1)[1].removesuffix(".safetensors")
    return "." in _SHARD.sub("", stem)
