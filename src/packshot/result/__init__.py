"""What happened: every value that is stored. Imports no torch."""

from packshot.result.access import AccessToken, Role
from packshot.result.agreement import PROPOSAL, Agreement
from packshot.result.bench import BENCH_SCHEMA, Bench, BenchFile, RuntimeMeasurement
from packshot.result.check import Check, CheckVerdict
from packshot.result.edit import edit_of
from packshot.result.evidence import Box, Evidence
from packshot.result.experiment import Cell, Experiment, ExperimentSummary
from packshot.result.gallery import Facets, Found, RunQuery
from packshot.result.job import (
    DEADLY_AFTER,
    HEAD_START,
    OPEN,
    SUSPECT_AFTER,
    Job,
    JobKind,
    JobState,
    Priority,
    due_at,
)
from packshot.result.locked import LockMeasure
from packshot.result.measured import MeasuredCell
from packshot.result.once import Once
from packshot.result.picture import Pixels, picture_digest, psnr_db
from packshot.result.product_row import ProductRow, RowState
from packshot.result.proposal import Proposal, ProposedScore
from packshot.result.rating import MEANING, Criterion, CriterionScore, Rating
from packshot.result.release import EditKind, Release
from packshot.result.review import Decision, Review, ReviewState, RuleOutcome
from packshot.result.run import Failure, Provenance, Result, Run, RunState, Timings
from packshot.result.standing import LEADS_TO, Standing, StandingQuery, leads_to, speaks_of
from packshot.result.trail import GENESIS, Entry, Link, entry_text, kind_of, link_digest
from packshot.result.ulid import first_ulid, new_ulid
from packshot.result.verdict import CLOSE_DB, Sameness, Verdict

__all__ = [
    "BENCH_SCHEMA",
    "CLOSE_DB",
    "DEADLY_AFTER",
    "GENESIS",
    "HEAD_START",
    "LEADS_TO",
    "MEANING",
    "OPEN",
    "PROPOSAL",
    "SUSPECT_AFTER",
    "AccessToken",
    "Agreement",
    "Bench",
    "BenchFile",
    "Box",
    "Cell",
    "Check",
    "CheckVerdict",
    "Criterion",
    "CriterionScore",
    "Decision",
    "EditKind",
    "Entry",
    "Evidence",
    "Experiment",
    "ExperimentSummary",
    "Facets",
    "Failure",
    "Found",
    "Job",
    "JobKind",
    "JobState",
    "Link",
    "LockMeasure",
    "MeasuredCell",
    "Once",
    "Pixels",
    "Priority",
    "ProductRow",
    "Proposal",
    "ProposedScore",
    "Provenance",
    "Rating",
    "Release",
    "Result",
    "Review",
    "ReviewState",
    "Role",
    "RowState",
    "RuleOutcome",
    "Run",
    "RunQuery",
    "RunState",
    "RuntimeMeasurement",
    "Sameness",
    "Standing",
    "StandingQuery",
    "Timings",
    "Verdict",
    "due_at",
    "edit_of",
    "entry_text",
    "first_ulid",
    "kind_of",
    "leads_to",
    "link_digest",
    "new_ulid",
    "picture_digest",
    "psnr_db",
    "speaks_of",
]
