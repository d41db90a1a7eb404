"""Shards as job arrays of Slurm, or as processes of this machine, through submitit. Loaded on first use."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from packshot.errors import ClusterError, Interrupted
from packshot.settings import Settings
from packshot.workflow.elsewhere import Lost, OnLook
from packshot.workflow.shard_job import OpenBench, ShardJob
from packshot.workflow.shards import Shard

LOOK_EVERY_S: Final = 2.0
LATE_LOOKS: Final = 8
"""So often the result of a job that has ended is looked for: a network file system may show it late."""

JOBS: Final = 4
TIMEOUT_MIN: Final = 120
NUMBERS: Final = ("mem_gb",)
LISTS: Final = ("setup", "teardown", "srun_args")
OURS: Final = ("jobs", "wait")


@dataclass(frozen=True, slots=True)
class JobOptions:
    """`jobs` shards of a portion; `wait` until they end; what submitit passes on, by its own names."""

    jobs: int = JOBS
    wait: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)


def read_job_options(texts: Iterable[str]) -> JobOptions:
    """`KEY=VALUE`, several times: `jobs`, `wait`, and parameters of submitit or of sbatch. Raises ClusterError."""
    values: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.isidentifier() or not value:
            raise _wrong("not an option of jobs", "KEY=VALUE, such as partition=gpu", text)
        if key in LISTS:
            values[key] = [*values.get(key, []), value]
        else:
            values[key] = _value(key, value)
    jobs, wait = values.pop("jobs", JOBS), values.pop("wait", True)
    if not isinstance(jobs, int) or isinstance(jobs, bool) or not 1 <= jobs <= 1000:
        raise _wrong("not a number of jobs", "jobs=N, from 1 to 1000", f"jobs={jobs}")
    if not isinstance(wait, bool):
        raise _wrong("not a way to wait for jobs", "wait=yes or wait=no", f"wait={wait}")
    return JobOptions(jobs, wait, values)


class SubmititJobs:
    """Jobs of `cluster` (slurm, or local), their files below `folder`."""

    def __init__(
        self,
        open_bench: OpenBench,
        settings: Settings,
        cluster: str,
        options: JobOptions,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._submitit = _load()
        self._open_bench, self._options, self._sleep = open_bench, options, sleep
        self._folder = settings.workspace.absolute() / "jobs"
        self._executor = self._made(cluster, _asked(settings, cluster) | dict(options.parameters))
        self._jobs: list[Any] = []
        self._patience = 0 if cluster == "local" else LATE_LOOKS
        self._looked: Counter[str] = Counter()

    @property
    def jobs(self) -> int:
        """How many shards a portion is to be cut into."""
        return self._options.jobs

    def give(self, shards: Sequence[Shard]) -> None:
        """Hand shards on as one array. Raises ClusterError where Slurm refuses it."""
        jobs = [ShardJob(self._open_bench, shard) for shard in shards]
        try:
            self._jobs += self._executor.submit_array(jobs)
        except Exception as error:
            raise ClusterError(
                "cluster.unreachable",
                "the jobs cannot be submitted",
                expected="sbatch that takes them",
                got=_last_line(str(error)) or type(error).__name__,
                hint="--slurm KEY=VALUE says what the site asks for, such as partition=gpu or account=NAME",
            ) from error

    def wait(self, on_look: OnLook) -> Lost | None:
        """Until every job has ended. Raises Interrupted on Ctrl-C, with the jobs cancelled."""
        if not self._jobs:
            return None
        names = ", ".join(job.job_id for job in self._jobs[:3]) + (" …" if len(self._jobs) > 3 else "")
        later = "" if self._options.wait else "; the same call without wait=no tells what came of them"
        note: str | None = f"{len(self._jobs)} jobs submitted ({names}); their logs are in {self._folder}{later}"
        going = list(self._jobs)
        lost: list[str] = []
        try:
            while True:
                ended = [job for job in going if self._has_ended(job)]
                going = [job for job in going if job not in ended]
                outcomes = [_outcome(job) for job in ended]
                lost += [outcome for outcome in outcomes if isinstance(outcome, str)]
                on_look(len(going), sum(outcome for outcome in outcomes if isinstance(outcome, int)), note)
                if not going or not self._options.wait:
                    break
                note = None
                self._sleep(LOOK_EVERY_S)
        except KeyboardInterrupt as error:
            for job in going:
                with suppress(Exception):
                    job.cancel(check=False)
            raise Interrupted("stopped, and the jobs cancelled; everything finished so far is kept") from error
        with suppress(OSError):
            (self._folder / "%j").rmdir()  # which submitit's local jobs leave behind, empty
        return Lost(len(lost), lost[0], self._folder) if lost else None

    def _has_ended(self, job: Any) -> bool:
        """Whether it ended, and its result is there or will not come. Asking submitit for that would wait, for each."""
        if not job.done():
            return False
        self._looked[job.job_id] += 1
        return job.paths.result_pickle.exists() or self._looked[job.job_id] > self._patience

    def _made(self, cluster: str, parameters: dict[str, Any]) -> Any:
        """An executor. Raises ClusterError where there is no Slurm, or on a parameter that it does not know."""
        try:
            executor = self._submitit.AutoExecutor(folder=str(self._folder / "%j"), cluster=cluster)
        except RuntimeError as error:
            raise ClusterError(
                "cluster.unreachable",
                "there is no Slurm here",
                expected="a machine of a Slurm site, where srun and sbatch are",
                got=str(error),
                hint="call it on the site's login node; --on slurm:local tries it out with processes of this machine",
            ) from error
        shared = executor._typed_parameters()
        named = {
            key if key in shared or key.startswith("slurm_") else f"slurm_{key}": value
            for key, value in parameters.items()
        }
        try:
            executor.update_parameters(**named)
        except (NameError, AssertionError, ValueError, TypeError) as error:
            known = f"{', '.join((*OURS, *shared))}, or one of sbatch's"
            said = next((line for line in str(error).splitlines() if line), type(error).__name__)
            raise _wrong("not an option of jobs", known, said) from error
        return executor


def _asked(settings: Settings, cluster: str) -> dict[str, Any]:
    """What a job takes where nobody says otherwise: the cores and the GPU that its runs were resolved for."""
    gpus = {"gpus_per_node": 1} if settings.device.startswith("cuda") and cluster != "local" else {}
    return {"name": "packshot", "timeout_min": TIMEOUT_MIN, "cpus_per_task": settings.threads} | gpus


def _value(key: str, text: str) -> Any:
    """A number, yes or no, JSON in braces, or the text. Minutes are a number: submitit counts with them."""
    if text.isdecimal():
        return float(text) if key in NUMBERS else int(text)
    if text.lower() in ("yes", "no", "true", "false"):
        return text.lower() in ("yes", "true")
    if key in NUMBERS or key in ("time", "timeout_min"):
        with suppress(ValueError):
            if key in NUMBERS:
                return float(text)
        raise _wrong("not a number", "minutes" if key not in NUMBERS else "gigabytes", f"{key}={text}")
    if text.startswith("{"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise _wrong("not JSON", '{"key": "value"}', text) from error
    return text


def _load() -> Any:
    try:
        import submitit
    except ImportError as error:
        raise ClusterError(
            "cluster.extra",
            "jobs of Slurm need a package that is not installed",
            expected="submitit",
            got=str(error),
            hint="pip install packshot[slurm]",
        ) from error
    return submitit


def _outcome(job: Any) -> int | str:
    """How many pictures a job made, or why it did not end well."""
    if not job.paths.result_pickle.exists():
        return _last_line(job.stderr() or "") or f"job {job.job_id} left no result: {job.state}"
    error = job.exception()
    return int(job.result()) if error is None else _last_line(str(error)) or type(error).__name__


def _last_line(text: str) -> str:
    return next((line.strip()[:300] for line in reversed(text.splitlines()) if line.strip(" -")), "")


def _wrong(message: str, expected: str, got: str) -> ClusterError:
    return ClusterError("cluster.option", message, expected=expected, got=got, hint="docs/cluster.md lists them")
