"""The use cases, a handful of functions each. Faces call these and render what they return."""

from packshot.workflow.bench import Meter, bench_runtimes
from packshot.workflow.cell_runner import Progress
from packshot.workflow.check import CheckedFile, check_file
from packshot.workflow.doctor import Finding, Level, examine
from packshot.workflow.experiment import ExperimentDone, experiment_name, run_experiment
from packshot.workflow.export import export_picture, picture_of
from packshot.workflow.forecast import Forecast, ForecastCell, forecast
from packshot.workflow.lookup import find_run
from packshot.workflow.make import Made, make_picture, run_order
from packshot.workflow.rate import rate
from packshot.workflow.replay import Replay, judge, replay
from packshot.workflow.reports import report
from packshot.workflow.retrying import Retry, read_retry
from packshot.workflow.review import Trail, review_picture, state_of, trail_of
from packshot.workflow.smoke import Remedy, remedy_for, smoke
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

__all__ = [
    "CheckedFile",
    "ExperimentDone",
    "Finding",
    "Forecast",
    "ForecastCell",
    "KnownSources",
    "Level",
    "Made",
    "Meter",
    "Progress",
    "Remedy",
    "Replay",
    "Retry",
    "Trail",
    "Workbench",
    "bench_runtimes",
    "check_file",
    "examine",
    "experiment_name",
    "export_picture",
    "find_run",
    "forecast",
    "judge",
    "make_picture",
    "picture_of",
    "rate",
    "read_retry",
    "remedy_for",
    "replay",
    "report",
    "review_picture",
    "run_experiment",
    "run_order",
    "smoke",
    "state_of",
    "trail_of",
]
