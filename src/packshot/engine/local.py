"""The engine on this machine. This version runs one order at a time (one slot); the protocol knows many.

With one slot and torch it gives the pixels of diffusers' own pipeline called with the same CPU generator.
"""

from __future__ import annotations

import time
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import torch

from packshot.engine import machine, noise
from packshot.engine.conditioning import Conditioning, encode_prompts
from packshot.engine.decode import decode
from packshot.engine.denoiser import Denoiser, Denoisers, OpenDenoiser
from packshot.engine.guidance import guided
from packshot.engine.honesty import refuse_dishonest
from packshot.engine.protocol import Advanced, Cancelled, Event, Failed, Finished, Started, Ticket
from packshot.engine.schedule import Schedule, build_schedule
from packshot.errors import PackshotError
from packshot.models import Loader, is_out_of_memory, shortened
from packshot.resolve import Order
from packshot.result import Failure, Provenance, Timings, picture_digest
from packshot.spec import Mode

Value = TypeVar("Value")

MOMENTS_KEPT = 8
PROMPTS_KEPT = 64


@dataclass(slots=True)
class _Active:
    """A run between two steps: its own generator, scheduler and latents."""

    ticket: Ticket
    order: Order
    pipeline: Any
    denoiser: Denoiser
    generator: torch.Generator
    schedule: Schedule
    conditioning: Conditioning
    latents: torch.Tensor
    load_s: float
    encode_s: float
    denoise_s: float = 0.0
    calls: int = 0
    began: float = 0.0


@dataclass(slots=True)
class _Kept(Generic[Value]):
    """The last few values, by key."""

    limit: int
    values: OrderedDict[Any, Value] = field(default_factory=OrderedDict)

    def get(self, key: Any, make: Callable[[], Value]) -> Value:
        if key not in self.values:
            self.values[key] = make()
        self.values.move_to_end(key)
        while len(self.values) > self.limit:
            self.values.popitem(last=False)
        return self.values[key]


class LocalEngine:
    """Runs orders on this machine. `clock` gives seconds; only differences count."""

    def __init__(
        self,
        loader: Loader,
        *,
        clock: Callable[[], float] = time.perf_counter,
        denoiser: OpenDenoiser | None = None,
    ) -> None:
        self._loader = loader
        self._denoiser = denoiser or Denoisers(loader)
        self._clock = clock
        self._queue: deque[tuple[Ticket, Order]] = deque()
        self._active: _Active | None = None
        self._tickets = 0
        self._prompts: _Kept[Conditioning] = _Kept(PROMPTS_KEPT)
        self._moments: _Kept[torch.Tensor] = _Kept(MOMENTS_KEPT)

    @property
    def busy(self) -> bool:
        """Whether anything waits or runs."""
        return bool(self._queue) or self._active is not None

    def submit(self, order: Order) -> Ticket:
        """Put an order in the queue."""
        self._tickets += 1
        self._queue.append((self._tickets, order))
        return self._tickets

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up, queued or running."""
        if self._active is not None and self._active.ticket == ticket:
            self._active = None
            return [Cancelled(ticket)]
        for entry in self._queue:
            if entry[0] == ticket:
                self._queue.remove(entry)
                return [Cancelled(ticket)]
        return []

    def step(self) -> list[Event]:
        """Admit an order, or one denoiser call, or the decoding. A failure ends its own order only."""
        active = self._active
        if active is None:
            if not self._queue:
                return []
            ticket, order = self._queue.popleft()
        else:
            ticket, order = active.ticket, active.order
        try:
            with torch.no_grad(), machine.floating_point(flush_denormal=order.resolved.execution.flush_denormal):
                if active is None:
                    self._active = self._admit(ticket, order)
                    return [Started(ticket, len(self._active.schedule.timesteps))]
                if active.calls < len(active.schedule.timesteps):
                    self._denoise(active)
                    return [Advanced(ticket, active.calls, len(active.schedule.timesteps))]
                self._active = None
                return [self._finish(active)]
        except Exception as error:
            self._active = None
            return [Failed(ticket, failure_of(error))]

    def _time(self, device: str) -> float:
        """The clock, once the device has done what it was given."""
        machine.wait_for(device)
        return self._clock()

    def _admit(self, ticket: Ticket, order: Order) -> _Active:
        execution, intent = order.resolved.execution, order.resolved.intent
        began = self._clock()
        machine.apply_execution(execution)
        machine.reset_peak_memory(execution.device)
        pipeline = self._loader.load(order.model, execution.device, execution.precision, execution.runtime)
        loaded = self._clock()
        generator = noise.new_generator(intent.seed)
        key = (order.model.pin.digest, execution, intent.prompt, intent.negative_prompt, intent.guidance)
        shape = (intent.mode, intent.width, intent.height)
        conditioning = self._prompts.get((*key, *shape), lambda: encode_prompts(pipeline, order))
        dtype = conditioning.embeddings.dtype
        schedule = build_schedule(order, generator)
        if intent.mode is Mode.IMAGE_TO_IMAGE and order.source is not None:
            source = order.source
            moments = self._moments.get(
                (order.model.pin.digest, execution, picture_digest(source)),
                lambda: noise.source_moments(pipeline, source, execution.device, dtype),
            )
            latents = noise.start_from_source(pipeline, moments, schedule, generator, dtype)
        else:
            latents = noise.start_from_noise(pipeline, order, schedule, generator, dtype)
        prepared = self._time(execution.device)
        denoiser = self._denoiser(order.model, pipeline, execution, latents, conditioning)
        return _Active(
            ticket=ticket,
            order=order,
            pipeline=pipeline,
            denoiser=denoiser,
            generator=generator,
            schedule=schedule,
            conditioning=conditioning,
            latents=latents,
            load_s=loaded - began + self._clock() - prepared,
            encode_s=prepared - loaded,
            began=began,
        )

    def _denoise(self, active: _Active) -> None:
        began = self._clock()
        scheduler, latents = active.schedule.scheduler, active.latents
        timestep = active.schedule.timesteps[active.calls]
        rows = torch.cat([latents] * 2) if active.conditioning.guided else latents
        rows = scheduler.scale_model_input(rows, timestep)
        prediction = active.denoiser.predict(rows, timestep, active.conditioning)
        if active.conditioning.guided:
            prediction = guided(prediction, active.order.resolved.intent.guidance)
        active.latents = scheduler.step(prediction, timestep, latents, **active.schedule.step_arguments)[0]
        active.calls += 1
        if active.calls == len(active.schedule.timesteps):
            machine.wait_for(active.order.resolved.execution.device)
        active.denoise_s += self._clock() - began

    def _finish(self, active: _Active) -> Finished:
        began = self._clock()
        decoded = decode(active.pipeline, active.latents, active.generator)
        refuse_dishonest(decoded.pixels, active.order.source)
        ended = self._time(active.order.resolved.execution.device)
        timings = Timings(
            load_s=active.load_s,
            encode_s=active.encode_s,
            denoise_s=active.denoise_s,
            decode_s=ended - began,
            total_s=ended - active.began,
        )
        notes = (*active.order.resolved.origin.notes, *decoded.notes)
        return Finished(active.ticket, decoded.pixels, _provenance(active, decoded.safety_checker, notes), timings)


def _provenance(active: _Active, safety_checker: str, notes: tuple[str, ...]) -> Provenance:
    order = active.order
    execution, source = order.resolved.execution, order.source
    config = {key: value for key, value in dict(active.schedule.scheduler.config).items() if not key.startswith("_")}
    return Provenance(
        **machine.circumstances(execution.runtime),
        device=execution.device,
        device_name=machine.device_name(execution.device),
        precision=execution.precision,
        runtime=execution.runtime,
        rows=int(active.conditioning.embeddings.shape[0]),
        threads=active.denoiser.threads,
        attention=machine.attention_of(active.pipeline.unet),
        flush_denormal=machine.flushes_denormals(),
        deterministic=torch.are_deterministic_algorithms_enabled(),
        weights_digest=order.model.pin.digest,
        scheduler_config=_plain(shortened(config)),
        denoiser_calls=active.calls,
        safety_checker=safety_checker,
        fitted_source_digest=picture_digest(source) if source is not None else None,
        peak_memory_bytes=machine.peak_memory_bytes(execution.device),
        notes=notes,
    )


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """JSON values only: what is not one is written as text."""
    return {
        key: value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
        for key, value in config.items()
    }


def failure_of(error: BaseException) -> Failure:
    """An error as the record keeps it: named where it is ours or memory, with its trace where it is not."""
    if isinstance(error, PackshotError):
        return Failure(code=error.code, message=str(error), hint=error.hint)
    trace = "".join(traceback.format_exception(error))
    if is_out_of_memory(error):
        return Failure(
            code="engine.out_of_memory",
            message="not enough memory for this picture",
            hint="a smaller --size, another program closed, float16 on a GPU, or a smaller model",
            trace=trace,
        )
    return Failure(
        code="engine.failed",
        message=f"the engine stopped on {type(error).__name__}: {error}",
        hint="the trace is in the record: `packshot runs show ID --json`",
        trace=trace,
    )
