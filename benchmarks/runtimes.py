"""How far the pictures of each runtime are from the anchor's (torch, float32), by scheduler: Markdown and JSON.

    python benchmarks/runtimes.py --threads 1 --steps 20 --json runtimes.json

The lowest PSNR over prompts and guidances is shown. Stochastic schedulers (ancestral and SDE) are marked: they add the
same noise at each step, whatever the runtime. The figures in docs/models.md come from here.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

from packshot.engine.bench import ANCHOR, RuntimeMeter
from packshot.models import SCHEDULERS, Catalogue, DigestCache
from packshot.resolve import candidates, resolve
from packshot.settings import Settings, read_settings
from packshot.spec import Spec

PROMPTS = (
    "product photo of a red mug on a white background",
    "a pair of running shoes on a blue background, studio lighting, soft shadow",
)
GUIDANCES = (4.0, 7.5)
STOCHASTIC = ("EulerA", "DPM++ 2M SDE", "DPM++ 2M SDE Karras", "DPM++ SDE", "DPM++ SDE Karras", "DPM2 a",
              "DPM2 a Karras", "DDPM")  # fmt: skip


class NoSources:
    """No picture is asked for."""

    def by_digest(self, digest: str) -> None:
        """None."""

    def packaged(self, name: str) -> None:
        """None."""


def agreements(
    name: str, meters: dict[str, RuntimeMeter], settings: Settings, arguments: argparse.Namespace
) -> dict[str, float]:
    """Lowest PSNR of a scheduler by runtime, over prompts and guidances; infinity where all pictures are equal.

    A picture that the anchor itself fails to make is left out; a runtime without any picture to compare is left out.
    """
    catalogue = Catalogue(DigestCache(None), offline=True)
    lowest: dict[str, float] = {}
    for prompt in PROMPTS[: arguments.prompts]:
        for guidance in arguments.guidance:
            spec = Spec(
                prompt=prompt,
                model=arguments.model,
                scheduler=name,
                steps=arguments.steps,
                guidance=guidance,
                seed=arguments.seed,
            )
            order = resolve(spec, catalogue, settings, NoSources())
            expected = meters["/".join(ANCHOR)].picture(order)
            if expected is None:
                print(f"{name}: no picture in torch and float32", file=sys.stderr)
                continue
            for runtime, meter in meters.items():
                if runtime != "/".join(ANCHOR):
                    lowest[runtime] = min(lowest.get(runtime, math.inf), meter.agreement_db(order, expected))
    return lowest


def cell(found: dict[str, float], column: str) -> str:
    """A figure as the table shows it."""
    if column not in found:
        return "no picture"
    return "equal" if math.isinf(found[column]) else f"{found[column]:.1f}"


def _wanted(candidate: tuple[str, str], runtimes: list[str] | None) -> bool:
    return runtimes is None or candidate == ANCHOR or "/".join(candidate) in runtimes


def main() -> None:
    """Print the table as it grows, and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="studio-tiny")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--prompts", type=int, default=len(PROMPTS))
    parser.add_argument("--guidance", type=float, nargs="*", default=GUIDANCES)
    parser.add_argument("--runtimes", nargs="*", default=None, help="such as openvino/bfloat16; all that are here")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--schedulers", nargs="*", default=[choice.name for choice in SCHEDULERS])
    parser.add_argument("--workspace", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--card", type=Path, default=None, help="a packshot.json whose agreement_db is to be written")
    arguments = parser.parse_args()
    settings = read_settings({}, workspace=arguments.workspace, threads=arguments.threads, device="cpu")
    runtimes = [entry for entry in candidates(settings) if _wanted(entry, arguments.runtimes)]
    meters = {"/".join(entry): RuntimeMeter(entry, settings.cache / "openvino") for entry in runtimes}
    columns = [runtime for runtime in meters if runtime != "/".join(ANCHOR)]
    print(f"| scheduler | {' | '.join(columns)} |", "| --- " * (len(columns) + 1) + "|", sep="\n", flush=True)
    found = {}
    for name in arguments.schedulers:
        found[name] = agreements(name, meters, settings, arguments)
        mark = " (stochastic)" if name in STOCHASTIC else ""
        print(f"| {name}{mark} | {' | '.join(cell(found[name], column) for column in columns)} |", flush=True)
    plain = [found[name] for name in found if name not in STOCHASTIC]
    lowest = {column: min(entry.get(column, math.inf) for entry in plain) for column in columns}
    print(f"| lowest without noise of their own | {' | '.join(cell(lowest, column) for column in columns)} |")
    if arguments.card is not None:
        card = json.loads(arguments.card.read_text(encoding="utf-8"))
        card["agreement_db"] = {column: round(lowest[column], 1) for column in columns}
        arguments.card.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if arguments.json is not None:
        setting = {
            "model": arguments.model,
            "steps": arguments.steps,
            "guidance": arguments.guidance,
            "seed": arguments.seed,
            "prompts": PROMPTS[: arguments.prompts],
            "threads": settings.threads,
        }
        arguments.json.write_text(
            json.dumps(setting | {"processor": settings.processor, "psnr_db": found, "lowest_db": lowest}, indent=1)
        )


if __name__ == "__main__":
    main()
