"""The denoiser's input at its fixed shape: slots of one or two rows each. Knows nothing about schedulers."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser import Denoiser
from packshot.errors import EngineError
from packshot.spec import Execution


class Rows:
    """Buffers of R rows, filled in place. A row that nobody uses is padding: zeros, or what a run left there.

    A row's result depends neither on its neighbours nor on its place (measured, FACTS; and for every scheduler by
    the tests), so what stands in the padding does not matter.
    """

    def __init__(
        self, denoiser: Denoiser, execution: Execution, latents: torch.Tensor, conditioning: Conditioning
    ) -> None:
        """`latents` (1, C, h, w), as they are fed, and `conditioning` of any run give the shapes of the others."""
        self._denoiser = denoiser
        self._count = execution.rows
        self._is_single = execution.slots == 1
        self._each = execution.rows // execution.slots
        self._latents = self._empty(latents)
        self._timesteps = torch.zeros(self._count, dtype=torch.float32, device=latents.device)
        added = conditioning.added
        self._conditioning = Conditioning(
            self._empty(conditioning.embeddings),
            None if added is None else {name: self._empty(value) for name, value in added.items()},
            None if conditioning.timestep_condition is None else self._empty(conditioning.timestep_condition),
        )
        self._used: dict[int, slice] = {}

    @property
    def threads(self) -> int:
        """Threads that the denoiser really computes with."""
        return self._denoiser.threads

    def assign(self, slot: int, conditioning: Conditioning) -> None:
        """Give a slot to a run. Raises EngineError where its rows do not fit into one."""
        needed = int(conditioning.embeddings.shape[0])
        if needed > self._each:
            raise EngineError(
                "engine.failed",
                "a run with guidance needs two rows",
                expected=f"{needed} rows a slot",
                got=f"{self._each}",
                hint="the recorded execution does not fit the recorded guidance",
            )
        used = slice(slot * self._each, slot * self._each + needed)
        for buffer, value in _pairs(self._conditioning, conditioning):
            buffer[used] = value
        self._used[slot] = used

    def free(self, slot: int) -> None:
        """Take a slot back; its rows are padding from now on."""
        del self._used[slot]

    def feed(self, slot: int, latents: torch.Tensor, timestep: torch.Tensor) -> None:
        """The input of a slot's next call: `latents` (1, C, h, w) for each of its rows, `timestep` a scalar.

        Strides decide which convolution kernel runs. One slot keeps those of the run, as diffusers does (a source's
        latents come channels-last out of the encoder); several have one layout, whoever is in them.
        """
        if self._is_single:
            self._latents = torch.cat([latents] * self._count)
        else:
            self._latents[self._used[slot]] = latents
        self._timesteps[self._used[slot]] = timestep.to(self._timesteps.dtype)

    def predict(self) -> dict[int, torch.Tensor]:
        """One denoiser call → the prediction of each slot, (1 or 2, C, h, w)."""
        prediction = self._denoiser.predict(self._latents, self._timesteps, self._conditioning)
        return {slot: prediction[used] for slot, used in self._used.items()}

    def _empty(self, like: torch.Tensor) -> torch.Tensor:
        return like.new_zeros((self._count, *like.shape[1:]))


def _pairs(buffers: Conditioning, values: Conditioning) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    yield buffers.embeddings, values.embeddings
    if buffers.added is not None and values.added is not None:
        yield from ((buffers.added[name], value) for name, value in values.added.items())
    if buffers.timestep_condition is not None and values.timestep_condition is not None:
        yield buffers.timestep_condition, values.timestep_condition
