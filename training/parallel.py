"""Several processes of one thread each that train one model. Knows nothing about what is trained.

On a CPU this beats several threads in one process: no operation waits for another thread, so other work on the machine
costs its share and no more (measured: two threads beside another busy process ran five times slower).
"""

import multiprocessing
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn


def rank() -> int:
    """This process's number, 0 when there is only one."""
    return dist.get_rank() if dist.is_initialized() else 0


def world() -> int:
    """How many processes train."""
    return dist.get_world_size() if dist.is_initialized() else 1


def _enter(number: int, processes: int, meeting: str, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=number, world_size=processes)
    try:
        work(*arguments)
    finally:
        dist.destroy_process_group()


def run(work: Callable[..., None], arguments: tuple[Any, ...], processes: int) -> None:
    """Calls `work(*arguments)` in every process and waits for all; what it makes, it leaves in files."""
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        shared = (processes, str(Path(folder) / "meeting"), work, arguments)
        started = [context.Process(target=_enter, args=(number, *shared)) for number in range(processes)]
        for process in started:
            process.start()
        for process in started:
            process.join()
    if any(process.exitcode for process in started):
        raise RuntimeError(f"training stopped: exit codes {[process.exitcode for process in started]}")


def meet() -> None:
    """Waits until every process is here."""
    if world() > 1:
        dist.barrier()


def share_gradients(model: nn.Module) -> None:
    """Replaces every gradient by its mean over the processes."""
    if world() == 1:
        return
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    dist.all_reduce(flat)
    flat /= world()
    for gradient, part in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def agree(value: float) -> float:
    """The first process's value, in all of them."""
    if world() == 1:
        return value
    shared = torch.tensor([value], dtype=torch.float64)
    dist.broadcast(shared, 0)
    return float(shared)
