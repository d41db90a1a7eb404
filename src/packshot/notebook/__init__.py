"""The face for Python and notebooks: `packshot.run`, `packshot.open`, `packshot.generate`, and what they return.

A face like the command line: it calls the workflow and shows what comes back as tables and pictures; it decides
nothing. Every object reads the workspace when it is asked, and keeps nothing open between.
"""

from packshot.notebook.opened import OpenedExperiment, Pictures
from packshot.notebook.picture import Picture, Sheet
from packshot.notebook.start import generate, open_experiment, run_plan

__all__ = ["OpenedExperiment", "Picture", "Pictures", "Sheet", "generate", "open_experiment", "run_plan"]
