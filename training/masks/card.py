"""What is shipped: the network's file, a card for programs with its digest, and one for people."""

import hashlib
import json
from pathlib import Path

from training.masks import export
from training.masks.network import WIDTHS, parameters
from training.masks.store import Store
from training.masks.train import STAGE, trained
from training.stage import history

NAME, VERSION, LICENCE = "product-mask", 2, "Apache-2.0"

README = """---
license: apache-2.0
library_name: onnx
pipeline_tag: image-segmentation
---
# product-mask

A small network that tells the product from its ground in a photo: {parameters:,} numbers, kept in float16.
Input `picture` (1, 3, H, W): sRGB scaled to -1..1, sides in multiples of 32. Made for 192 x 192, whatever the photo's
shape. Output `coverage` (1, 1, H/2, W/2): how much of each place the product covers, 0..1.

Trained from nothing by the Packshot project (`training/masks`) for {minutes:.0f} minutes ({steps:,} steps) on a CPU, on
pictures that are put together as they are needed: {renders:,} products rendered by this project and {clothes:,} pieces
of clothing lifted out of CC0 photos with a plain ground (alexeygrigorev/clothing-dataset-small, training split), set on
paper, on {floors:,} patterned floors, on pieces of {photos:,} of the same CC0 photos, and before other things that are
smaller or out of focus; and on {scenes:,} scenes rendered whole. What counts as the product is the thing in front.

It knows fifteen kinds of rendered products and clothes; anything else is outside what it was taught, and so are people.
How well masks do that are made with it, on renders that it never saw, stands in `docs/masks.md` of the project's
repository.

Licence of the weights: Apache License 2.0.
"""


def write(out: Path, work: Path, parts: Store) -> Path:
    """Writes the three files into `out`; returns the network's."""
    out.mkdir(parents=True, exist_ok=True)
    network = trained(work)
    data = export.onnx_of(network, {"name": NAME, "version": str(VERSION), "licence": LICENCE})
    path = out / f"{NAME}.onnx"
    path.write_bytes(data)
    stage = history(work, (STAGE,))[0]
    counts = {
        "renders": len(parts.renders),
        "clothes": len(parts.clothes),
        "photos": len(parts.photos),
        "floors": len(parts.floors),
        "scenes": len(parts.scenes),
    }
    told = {
        "name": NAME,
        "version": VERSION,
        "licence": LICENCE,
        "sha256": hashlib.sha256(data).hexdigest(),
        "widths": list(WIDTHS),
        "parameters": parameters(network),
        "training": {**stage, **counts},
    }
    (out / f"{NAME}.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    words = README.format(parameters=parameters(network), minutes=stage["minutes"], steps=stage["steps"], **counts)
    (out / "README.md").write_text(words, encoding="utf-8")
    return path
