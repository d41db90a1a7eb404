"""The use cases, a handful of functions each. Faces call these and render what they return."""

from packshot.workflow.access import list_tokens, make_token, revoke_token
from packshot.workflow.asking import (
    OwnSettings,
    counted_up,
    foresee,
    new_seed,
    own_settings,
    read_spec,
    scheduler_names,
)
from packshot.workflow.audit import export_trail
from packshot.workflow.bench import Meter, bench_runtimes
from packshot.workflow.catalogue import (
    CatalogueDone,
    CatalogueProgress,
    OnRow,
    catalogue_name,
    read_table,
    run_catalogue,
)
from packshot.workflow.catalogue_report import write_catalogue
from packshot.workflow.catalogue_row import CatalogueAsked
from packshot.workflow.catalogue_table import ProductTable
from packshot.workflow.cell_runner import Progress
from packshot.workflow.check import CheckedFile, OnPicture, Unread, check_file, check_many
from packshot.workflow.check_masks import NAMELESS, NO_MASKS, Masks, masks_at
from packshot.workflow.check_targets import CheckTarget, CheckTargets, check_targets
from packshot.workflow.compare import (
    CIVIDIS,
    Difference,
    DifferenceMap,
    DifferenceNumbers,
    difference_map,
    difference_numbers,
    differing,
    same,
)
from packshot.workflow.compared import (
    COMPARED_MAX,
    SOURCE_ENDING,
    Compared,
    EvidenceRow,
    compared,
    differing_evidence,
    fitted_source,
    pixels_of,
)
from packshot.workflow.configuration import LABELS, configuration_of, summary_of
from packshot.workflow.details import Details, details_of, picture_file
from packshot.workflow.doctor import Finding, Level, examine
from packshot.workflow.downloads import effects_file, pictures_zip, ratings_file
from packshot.workflow.draft_file import draft_file
from packshot.workflow.edit_upload import keep_edit_mask
from packshot.workflow.effects import experiment_effects
from packshot.workflow.effects_csv import effect_row, write_effects
from packshot.workflow.effects_shown import EffectsShown, KeyDifferences, effects_shown, key_differences
from packshot.workflow.elsewhere import Elsewhere, Lost, OnLook
from packshot.workflow.experiment import ExperimentDone, experiment_name, run_experiment
from packshot.workflow.export import export_name, export_picture, picture_of
from packshot.workflow.forecast import Forecast, ForecastCell, forecast
from packshot.workflow.gallery import GalleryPage, Neighbours, gallery_page, neighbours
from packshot.workflow.identity import (
    IdentityBlocker,
    LearnedLimits,
    check_identity,
    gate_of,
    identity_of,
    learn_identity,
)
from packshot.workflow.inspect import InspectedFile, inspect_file
from packshot.workflow.lock import LockedFile, lock_folder
from packshot.workflow.lookup import find_run
from packshot.workflow.make import Made, make_picture, run_order
from packshot.workflow.more_seeds import needs_more_seeds, seeds_to_take, with_more_seeds
from packshot.workflow.ordering import PolicyBlocker, judge_prompt, order_of, policy_in_force
from packshot.workflow.places import Place, check_options, read_place
from packshot.workflow.plan_building import build_plan, build_replicates, left_out, plan_yaml
from packshot.workflow.plan_proposals import free_name, proposed_values
from packshot.workflow.plan_upload import uploaded_plan
from packshot.workflow.plan_values import PARAMETERS, Parameter, on_offer, read_values
from packshot.workflow.policy_example import write_example_policy
from packshot.workflow.product_mask import (
    ProductFound,
    keep_mask,
    keep_transparency,
    locked_size,
    own_place,
    place_of_width,
    product_found,
)
from packshot.workflow.rate import check_complete, needed_criteria, rate
from packshot.workflow.rating_export import export_ratings, rating_agreement, rating_rows
from packshot.workflow.rating_round import (
    ArmMean,
    agreement_of,
    latest_rating,
    means_by_arm,
    open_round,
    ratings_of,
    score_counts,
)
from packshot.workflow.rating_session import NeutralPicture, RatingSession, open_session, write_neutral
from packshot.workflow.rating_sheet import ImportedRatings, RatingSheet, import_sheet, rate_from_table, write_sheet
from packshot.workflow.recipe import Recipe, recipe_of
from packshot.workflow.release import Released, may_release, record_release
from packshot.workflow.release_line import OUTGOING, Candidate, each_approved, release_line, taken_back
from packshot.workflow.release_pictures import release_pictures
from packshot.workflow.release_request import (
    FormatName,
    HeldBack,
    ReleasedPicture,
    ReleaseOutcome,
    ReleaseProgress,
    ReleaseRequest,
)
from packshot.workflow.release_shelf import release_shelf, shelf_zip
from packshot.workflow.released_file import released_file
from packshot.workflow.repair import RepairOrder, repair_many
from packshot.workflow.repaired import NEW_PICTURE, RepairedFile
from packshot.workflow.replay import Replay, judge, replay
from packshot.workflow.replays import Replayed, Replaying, replay_arms
from packshot.workflow.reports import report
from packshot.workflow.retrying import Retry, read_retry
from packshot.workflow.review import Trail, review_picture, state_of, trail_of
from packshot.workflow.review_bulk import ApprovedMany, ShownPicture, approve_shown, shown_pictures
from packshot.workflow.review_queue import ReviewQueue, review_queue, submit_experiment
from packshot.workflow.review_sheet import (
    ReviewSheet,
    is_always_to_see,
    is_to_see,
    line_of,
    next_waiting,
    review_sheet,
    waiting,
)
from packshot.workflow.scoring import proposal_of, score, score_waiting
from packshot.workflow.shards import Shard
from packshot.workflow.smoke import Remedy, remedy_for, smoke
from packshot.workflow.sources import KnownSources, keep_upload, source_as_taken
from packshot.workflow.strength import (
    StrengthFound,
    StrengthProgress,
    TriedPicture,
    TriedStrength,
    search_strength,
    strength_grid,
)
from packshot.workflow.submitting import read_job_options
from packshot.workflow.thumbnails import thumbnail
from packshot.workflow.told_apart import told_apart
from packshot.workflow.workbench import Workbench

__all__ = [
    "CIVIDIS",
    "COMPARED_MAX",
    "LABELS",
    "NAMELESS",
    "NEW_PICTURE",
    "NO_MASKS",
    "OUTGOING",
    "PARAMETERS",
    "SOURCE_ENDING",
    "ApprovedMany",
    "ArmMean",
    "Candidate",
    "CatalogueAsked",
    "CatalogueDone",
    "CatalogueProgress",
    "CheckTarget",
    "CheckTargets",
    "CheckedFile",
    "Compared",
    "Details",
    "Difference",
    "DifferenceMap",
    "DifferenceNumbers",
    "EffectsShown",
    "Elsewhere",
    "EvidenceRow",
    "ExperimentDone",
    "Finding",
    "Forecast",
    "ForecastCell",
    "FormatName",
    "GalleryPage",
    "HeldBack",
    "IdentityBlocker",
    "ImportedRatings",
    "InspectedFile",
    "KeyDifferences",
    "KnownSources",
    "LearnedLimits",
    "Level",
    "LockedFile",
    "Lost",
    "Made",
    "Masks",
    "Meter",
    "Neighbours",
    "NeutralPicture",
    "OnLook",
    "OnPicture",
    "OnRow",
    "OwnSettings",
    "Parameter",
    "Place",
    "PolicyBlocker",
    "ProductFound",
    "ProductTable",
    "Progress",
    "RatingSession",
    "RatingSheet",
    "Recipe",
    "ReleaseOutcome",
    "ReleaseProgress",
    "ReleaseRequest",
    "Released",
    "ReleasedPicture",
    "Remedy",
    "RepairOrder",
    "RepairedFile",
    "Replay",
    "Replayed",
    "Replaying",
    "Retry",
    "ReviewQueue",
    "ReviewSheet",
    "Shard",
    "ShownPicture",
    "StrengthFound",
    "StrengthProgress",
    "Trail",
    "TriedPicture",
    "TriedStrength",
    "Unread",
    "Workbench",
    "agreement_of",
    "approve_shown",
    "bench_runtimes",
    "build_plan",
    "build_replicates",
    "catalogue_name",
    "check_complete",
    "check_file",
    "check_identity",
    "check_many",
    "check_options",
    "check_targets",
    "compared",
    "configuration_of",
    "counted_up",
    "details_of",
    "difference_map",
    "difference_numbers",
    "differing",
    "differing_evidence",
    "draft_file",
    "each_approved",
    "effect_row",
    "effects_file",
    "effects_shown",
    "examine",
    "experiment_effects",
    "experiment_name",
    "export_name",
    "export_picture",
    "export_ratings",
    "export_trail",
    "find_run",
    "fitted_source",
    "forecast",
    "foresee",
    "free_name",
    "gallery_page",
    "gate_of",
    "identity_of",
    "import_sheet",
    "inspect_file",
    "is_always_to_see",
    "is_to_see",
    "judge",
    "judge_prompt",
    "keep_edit_mask",
    "keep_mask",
    "keep_transparency",
    "keep_upload",
    "key_differences",
    "latest_rating",
    "learn_identity",
    "left_out",
    "line_of",
    "list_tokens",
    "lock_folder",
    "locked_size",
    "make_picture",
    "make_token",
    "masks_at",
    "may_release",
    "means_by_arm",
    "needed_criteria",
    "needs_more_seeds",
    "neighbours",
    "new_seed",
    "next_waiting",
    "on_offer",
    "open_round",
    "open_session",
    "order_of",
    "own_place",
    "own_settings",
    "picture_file",
    "picture_of",
    "pictures_zip",
    "pixels_of",
    "place_of_width",
    "plan_yaml",
    "policy_in_force",
    "product_found",
    "proposal_of",
    "proposed_values",
    "rate",
    "rate_from_table",
    "rating_agreement",
    "rating_rows",
    "ratings_file",
    "ratings_of",
    "read_job_options",
    "read_place",
    "read_retry",
    "read_spec",
    "read_table",
    "read_values",
    "recipe_of",
    "record_release",
    "release_line",
    "release_pictures",
    "release_shelf",
    "released_file",
    "remedy_for",
    "repair_many",
    "replay",
    "replay_arms",
    "report",
    "review_picture",
    "review_queue",
    "review_sheet",
    "revoke_token",
    "run_catalogue",
    "run_experiment",
    "run_order",
    "same",
    "scheduler_names",
    "score",
    "score_counts",
    "score_waiting",
    "search_strength",
    "seeds_to_take",
    "shelf_zip",
    "shown_pictures",
    "smoke",
    "source_as_taken",
    "state_of",
    "strength_grid",
    "submit_experiment",
    "summary_of",
    "taken_back",
    "thumbnail",
    "told_apart",
    "trail_of",
    "uploaded_plan",
    "waiting",
    "with_more_seeds",
    "write_catalogue",
    "write_effects",
    "write_example_policy",
    "write_neutral",
    "write_sheet",
]
