"""What a product lock measured, as evidence: whether the product is still the photo's, and how sure its mask is."""

from __future__ import annotations

from packshot.result import Evidence, LockMeasure
from packshot.spec import LockOrigin


def lock_evidence(measured: LockMeasure, origin: LockOrigin | None) -> list[Evidence]:
    """Differences in grey levels of 255; the mask's confidence where the record has it."""
    entries = [
        Evidence(
            name="lock_difference",
            value=float(measured.core_difference),
            unit="grey levels",
            sentence=f"Inside its mask the product differs from the photo by {measured.core_difference} of 255"
            f" ({measured.core_pixels} pixels).",
        ),
        Evidence(
            name="lock_edge_difference",
            value=float(measured.edge_difference),
            unit="grey levels",
            sentence=f"At its edge it is mixed with what stands around it, by up to {measured.edge_difference} of 255"
            f" ({measured.edge_pixels} pixels).",
        ),
    ]
    if origin is not None:
        doubts = f": {', '.join(origin.doubts)}" if origin.doubts else ""
        entries.append(
            Evidence(
                name="mask_confidence",
                value=origin.confidence,
                unit=None,
                sentence=f"The product's mask ({origin.method}) has a confidence of {origin.confidence:.2f}{doubts}.",
            )
        )
    return entries
