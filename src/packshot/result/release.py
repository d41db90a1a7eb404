"""A release: a file with an approved picture that went out to a place to sell. Written once, never changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from packshot.result.review import ChannelName, Digest, Name
from packshot.spec import Frozen

FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]


class EditKind(StrEnum):
    """What was done to get the picture, as IPTC's digital source types tell it apart.

    *generated*: all of it by a model (trainedAlgorithmicMedia). *locked*: the photo's product, around it a model's
    picture (compositeWithTrainedAlgorithmicMedia). *retouched*: a photo changed without a model, such as one on white.
    """

    GENERATED = "generated"
    LOCKED = "locked"
    RETOUCHED = "retouched"


class Release(Frozen):
    """One entry of a run's audit trail: who released what, when, where.

    `picture_digest` is that of the approved pixels, `file_digest` the SHA-256 (hex) of the bytes of the file that went
    out, `approval` the id of the review that allowed it.
    """

    id: str
    run_id: str
    picture_digest: Digest
    channel: ChannelName
    by: Name
    approval: str
    file_name: FileName
    file_digest: Digest
    edit: EditKind
    created_at: datetime
