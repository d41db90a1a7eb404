"""One queue for all, one engine a process: jobs that people give, run beside each other, watch, stop, come back to."""

from packshot.service.following import UNTAKEN, HandedOn, follow, follow_own, is_untaken
from packshot.service.requests import ExperimentAsked
from packshot.service.service import PICTURES_MAX, Service
from packshot.service.view import PictureState, PictureView, View
from packshot.service.warming import Warmth

__all__ = [
    "PICTURES_MAX",
    "UNTAKEN",
    "ExperimentAsked",
    "HandedOn",
    "PictureState",
    "PictureView",
    "Service",
    "View",
    "Warmth",
    "follow",
    "follow_own",
    "is_untaken",
]
