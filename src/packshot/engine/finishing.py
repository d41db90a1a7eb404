"""The last stage: decode, examine, and say what it took. One picture a call, whatever the batch: a fixed shape too."""

from __future__ import annotations

from collections.abc import Callable

from packshot.engine import machine
from packshot.engine.active import ActiveRun
from packshot.engine.decode import decode
from packshot.engine.decoder import Decoders
from packshot.engine.honesty import refuse_dishonest
from packshot.engine.locked import put_into_scene
from packshot.engine.protocol import Finished
from packshot.engine.provenance import provenance_of
from packshot.result import Timings


def finish(run: ActiveRun, rows: int, threads: int, clock: Callable[[], float], decoders: Decoders) -> Finished:
    """The picture of a denoised run, a locked product put back. Raises EngineError where there is none."""
    began = clock()
    decoder = decoders(run.order.model, run.pipeline.vae, run.order.resolved.execution, run.latents)
    decoded = decode(run.pipeline, run.latents, run.generator, decoder)
    refuse_dishonest(decoded.pixels, run.order.source)
    pixels, lock = put_into_scene(run.order, decoded.pixels)
    machine.wait_for(run.order.resolved.execution.device)
    ended = clock()
    timings = Timings(
        load_s=run.load_s,
        encode_s=run.encode_s,
        denoise_s=run.denoise_s,
        decode_s=ended - began,
        total_s=ended - run.began,
    )
    notes = (*run.order.resolved.origin.notes, *decoded.notes)
    provenance = provenance_of(run, rows, threads, decoded.safety_checker, notes, lock)
    return Finished(run.ticket, pixels, provenance, timings)
