"""Figures to the model's card, by one template. Measures nothing."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

BARS: dict[str, str] = {
    "size": "≤ 40 MB",
    "seconds": "≤ 1.5 s",
    "autoencoder": "≥ 34.5 dB",
    "edges": "≥ 0.9",
    "photos": "≥ 29 dB",
    "kind": "≥ 0.97",
    "product_colour": "≥ 0.95",
    "background_colour": "≥ 0.98",
    "background_error": "≤ 5 / 8 / 12",
    "white": "≥ 0.95",
    "frechet": "≤ 2 × renders",
    "adherence": "rises",
    "image_to_image": "≥ 24 dB at 0.35",
    "flagged": "≥ 0.95",
    "false_alarms": "≤ 0.02",
}
"""What this project asks of the model, beside what it measures."""


def write(figures: dict[str, Any], target: Path) -> None:
    """Renders the card. Every number in it comes from `figures`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    target.write_text(environment.get_template("card.md.j2").render(f=figures, bar=BARS), encoding="utf-8")
