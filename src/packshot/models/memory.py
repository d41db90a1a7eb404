"""Memory modes: diffusers' own means of holding less at a time, on a pipeline that was just loaded.

`balanced` decodes and encodes in overlapping tiles and, on CUDA, has one component at a time on the card. `low` moves
single layers there instead. Neither moves weights on a CPU: there all of them are in memory anyway. A picture within
one tile keeps its bits; a larger one has its tiles blended at the seams.

Attention in slices is a word of its own (`attention` of the execution), since it changes bits at every size.
"""

from __future__ import annotations

from typing import Any

from packshot.spec import BALANCED, LOW, SLICED


def is_offloaded(memory: str, device: str) -> bool:
    """Whether weights wait in the computer's memory and go to the device only for their turn: on CUDA.

    A Mac's GPU shares the memory of the CPU: there is nowhere to move weights to.
    """
    return memory in (BALANCED, LOW) and device.startswith("cuda")


def save_memory(pipeline: Any, device: str, memory: str, attention: str, *, whole: bool = True) -> None:
    """Apply a mode to a pipeline whose weights are on the CPU, or for those that do not offload, on the device.

    `whole` is False where the denoiser is a shell without weights: another runtime computes it, so it is left alone.
    Offloading moves weights when a part is called: `unet(…)` and the text encoders by accelerate's hooks on `forward`,
    `vae.encode` and `vae.decode` by diffusers' `apply_forward_hook`. Those are the calls that the engine makes.
    """
    denoiser = getattr(pipeline, "unet", None)
    if attention == SLICED and whole and denoiser is not None:
        # half the heads of a row at a time, and at least one: a layer with one head has no half
        denoiser.set_attention_slice("max" if _has_single_heads(denoiser) else "auto")
    if memory in (BALANCED, LOW):
        pipeline.vae.enable_slicing()
        pipeline.vae.enable_tiling()
    if is_offloaded(memory, device):
        if memory == LOW:
            pipeline.enable_sequential_cpu_offload(device=device)
        else:
            pipeline.enable_model_cpu_offload(device=device)


def _has_single_heads(unet: Any) -> bool:
    heads = [getattr(module, "sliceable_head_dim", 2) for module in unet.modules()]
    return min(heads, default=2) < 2
