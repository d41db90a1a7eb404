"""IPTC's digital source types: which one tells the truth about a kind of edit, and that none is ever downgraded."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from packshot.result import EditKind

IPTC: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class SourceType(StrEnum):
    """The codes that Packshot writes, and those that say that AI had a part in a source."""

    TRAINED = IPTC + "trainedAlgorithmicMedia"
    COMPOSITE_WITH_TRAINED = IPTC + "compositeWithTrainedAlgorithmicMedia"
    COMPOSITE_SYNTHETIC = IPTC + "compositeSynthetic"
    ALGORITHMICALLY_ENHANCED = IPTC + "algorithmicallyEnhanced"


AI_SOURCE_TYPES: Final = (SourceType.TRAINED, SourceType.COMPOSITE_WITH_TRAINED, SourceType.COMPOSITE_SYNTHETIC)
"""Made by AI wholly or in part, the strongest first."""

_OF_EDIT: Final[dict[EditKind, SourceType]] = {
    EditKind.GENERATED: SourceType.TRAINED,
    EditKind.LOCKED: SourceType.COMPOSITE_WITH_TRAINED,
    EditKind.RETOUCHED: SourceType.ALGORITHMICALLY_ENHANCED,
}

_AI_PART: Final[dict[SourceType, int]] = {
    SourceType.TRAINED: 2,
    SourceType.COMPOSITE_WITH_TRAINED: 1,
    SourceType.COMPOSITE_SYNTHETIC: 1,
    SourceType.ALGORITHMICALLY_ENHANCED: 0,
}


def source_type_of(edit: EditKind, source: SourceType | None = None) -> SourceType:
    """The code of the result: the edit's, or the source's own where that says that more of it is AI's."""
    own = _OF_EDIT[edit]
    return source if source is not None and _AI_PART[source] > _AI_PART[own] else own
