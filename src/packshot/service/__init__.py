"""One engine, many callers: jobs that people give, run beside each other, watch, stop and come back to."""

from packshot.service.service import PICTURES_MAX, QUEUE_MAX, Service
from packshot.service.view import PictureState, PictureView, View

__all__ = ["PICTURES_MAX", "QUEUE_MAX", "PictureState", "PictureView", "Service", "View"]
