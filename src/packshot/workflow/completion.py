"""Orders that left their sources' pixels behind get them back when they begin: a sweep holds few pictures at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from packshot.errors import SourceError
from packshot.resolve import Order, SourceLibrary, find_source, fitted


class Completion:
    """Gives orders back the pixels of their sources: where each is, by spec hash, as a portion says it."""

    def __init__(self, sources: Mapping[str, str], library: SourceLibrary) -> None:
        self._sources, self._library = sources, library

    def __call__(self, order: Order) -> Order:
        """The order with its source as the model takes it. Raises SourceError where it is no longer that picture."""
        pin, fit = order.resolved.intent.source, order.resolved.intent.fit
        if pin is None or fit is None:
            return order
        text = self._sources[order.resolved.hash]
        source = find_source(text, self._library)
        if source.digest != pin.digest:
            raise SourceError(
                "source.missing",
                f"the source {source.name} was changed while the experiment ran",
                expected=f"the picture with digest {pin.digest}",
                got=source.digest,
                hint="call it again: what is made stays, and the new picture is taken",
            )
        size = (order.resolved.intent.width, order.resolved.intent.height)
        return replace(
            order,
            source=fitted(source, size, fit),
            source_original=source.pixels,
            source_labels=source.labels,
            source_file=source.original,
        )
