"""Several clients at once: Packshot's server, which shares denoiser calls between them, beside one that makes one
picture after the other with plain diffusers.

    python -m benchmarks.serving                              # 1, 4, 8 and 16 clients, some twenty minutes
    python -m benchmarks.serving --clients 8 --pictures 4 --text

Both are servers of the same kind (uvicorn, FastAPI) in processes of their own, asked by the same clients over loopback
for the same pictures, in turns; nothing else runs. A client sends its next request when it has its answer. The plain
server keeps nothing, measures nothing and returns a PNG; Packshot keeps the picture, its record and its evidence in
the workspace before it answers (`--text` with text looked for too, which takes longer than a picture of this model).
"""

from __future__ import annotations

import argparse
import base64
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil

from benchmarks.ports import answers, free_port

SIZE: Final = 256
PATIENCE_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Served:
    """What clients saw in one round: pictures a second, and how long each answer took; the server's CPU a picture.

    Times in seconds.
    """

    a_second: float
    took_s: tuple[float, ...]
    cpu_s: float


@contextmanager
def server(command: Sequence[str], environ: dict[str, str], port: int) -> Iterator[tuple[str, psutil.Process]]:
    """A server as a process of its own; its address and itself, once it answers."""
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=os.environ | environ, stdout=subprocess.DEVNULL) as started:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not answers(f"{url}/healthz"):
                if started.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"it did not start: {' '.join(command)}")
                time.sleep(0.2)
            yield url, psutil.Process(started.pid)
        finally:
            started.terminate()
            started.wait(PATIENCE_S)


def packshot_server(folder: Path, slots: int | None, text: bool) -> tuple[list[str], dict[str, str], int]:
    """How Packshot's is started, on a workspace of its own."""
    port = free_port()
    command = [sys.executable, "-m", "packshot", "serve", "--port", str(port), "--per-minute", "0"]
    environ = {"PACKSHOT_WORKSPACE": str(folder), "PACKSHOT_READ_TEXT": "yes" if text else "no"}
    return command + ([] if slots is None else ["--slots", str(slots)]), environ, port


def plain_server() -> tuple[list[str], dict[str, str], int]:
    """How the plain one is started."""
    port = free_port()
    return [sys.executable, "-m", "benchmarks.serving", "--plain", str(port)], {}, port


def measure(at: tuple[str, psutil.Process], clients: int, pictures: int, first_seed: int, steps: int) -> Served:
    """Every client asks for so many pictures, one after the other, each with a seed of its own."""
    url, process = at
    took: list[float] = []
    wrong: list[str] = []
    start = threading.Barrier(clients + 1)

    def ask(number: int) -> None:
        with httpx.Client(timeout=PATIENCE_S) as client:
            start.wait()
            for each in range(pictures):
                asked = {
                    "prompt": "product photo of a red mug on a white background",
                    "size": f"{SIZE}x{SIZE}",
                    "seed": first_seed + number * pictures + each,
                    "num_inference_steps": steps,
                    "response_format": "b64_json",
                }
                began = time.perf_counter()
                answer = client.post(f"{url}/v1/images/generations", json=asked)
                took.append(time.perf_counter() - began)
                if answer.status_code != 200 or len(base64.b64decode(answer.json()["data"][0]["b64_json"])) < 1000:
                    wrong.append(answer.text[:300])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    used = process.cpu_times()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    wall_s = time.perf_counter() - began
    if wrong:
        raise SystemExit(f"no picture: {wrong[0]}")
    now = process.cpu_times()
    cpu_s = (now.user + now.system - used.user - used.system) / len(took)
    return Served(len(took) / wall_s, tuple(took), cpu_s)


def run_plain(port: int) -> None:
    """Plain diffusers behind the same route: one request at a time, in the order that they came."""
    import io

    import torch
    import uvicorn
    from diffusers import StableDiffusionPipeline
    from fastapi import FastAPI

    from packshot import wiring

    found = wiring.open_catalogue(wiring.read()).find("studio-tiny")
    pipeline = StableDiffusionPipeline.from_pretrained(found.folder, safety_checker=None)
    pipeline.set_progress_bar_config(disable=True)
    alone = threading.Lock()
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/v1/images/generations")
    def generate(asked: dict[str, object]) -> dict[str, object]:
        with alone:
            picture = pipeline(
                asked["prompt"],
                width=SIZE,
                height=SIZE,
                num_inference_steps=int(str(asked["num_inference_steps"])),
                generator=torch.Generator().manual_seed(int(str(asked["seed"]))),
            ).images[0]
        file = io.BytesIO()
        picture.save(file, "PNG")
        return {"data": [{"b64_json": base64.b64encode(file.getvalue()).decode()}]}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def compare(clients: Sequence[int], pictures: int, steps: int, slots: int | None, text: bool, rounds: int) -> None:
    """Both servers for each number of clients, in turns: a machine is not equally fast all the time."""
    print(f"{SIZE} px, {steps} steps, {pictures} pictures a client and round, {rounds} rounds")
    print(f"text {'looked for' if text else 'not looked for'}; medians of the rounds, answers of all of them")
    print(f"{'clients':>7}  {'server':<16} {'pictures/s':>10} {'p50 s':>7} {'p95 s':>7} {'CPU s':>6}  ratio (rounds)")
    with tempfile.TemporaryDirectory() as folder:
        packshot, plain = packshot_server(Path(folder), slots, text), plain_server()
        with server(*packshot) as ours, server(*plain) as theirs:
            for number, at in enumerate((ours, theirs)):
                measure(at, 2, 2, 10_000 + 100 * number, steps)  # weights read, kernels compiled
            for count in clients:
                one, many = [], []
                for round_ in range(rounds):
                    seed = 100_000 * count + 1_000 * round_
                    one.append(measure(theirs, count, pictures, seed, steps))
                    many.append(measure(ours, count, pictures, seed, steps))
                    print(
                        f"{count:>7}  round {round_ + 1}: {many[-1].a_second / one[-1].a_second:.2f}", file=sys.stderr
                    )
                ratios = [ours.a_second / theirs.a_second for ours, theirs in zip(many, one, strict=True)]
                told = f"{statistics.median(ratios):.2f} ({', '.join(f'{ratio:.2f}' for ratio in sorted(ratios))})"
                print(f"{count:>7}  {'plain diffusers':<16} {row(one)}", flush=True)
                print(f"{count:>7}  {'packshot':<16} {row(many)}  {told}", flush=True)


def row(rounds: Sequence[Served]) -> str:
    """The figures of some rounds in columns."""
    took = [each for served in rounds for each in served.took_s]
    a_second = statistics.median(served.a_second for served in rounds)
    cpu_s = statistics.median(served.cpu_s for served in rounds)
    late_s = statistics.quantiles(took, n=20)[-1]
    return f"{a_second:>10.2f} {statistics.median(took):>7.2f} {late_s:>7.2f} {cpu_s:>6.2f}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--pictures", type=int, default=3, help="pictures that each client asks for in a round")
    parser.add_argument("--rounds", type=int, default=3, help="how often both servers are measured, in turns")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--slots", type=int, help="a fixed number, as of packshot serve")
    parser.add_argument(
        "--text", action="store_true", help="look for text in Packshot's pictures, as it does by itself"
    )
    parser.add_argument("--plain", type=int, metavar="PORT", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.plain is not None:
        run_plain(asked.plain)
    else:
        compare(asked.clients, asked.pictures, asked.steps, asked.slots, asked.text, asked.rounds)


if __name__ == "__main__":
    main()
