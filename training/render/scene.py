"""What stands in a picture: a frozen description, and a random one from a seed. Knows nothing about rendering."""

import random
from dataclasses import dataclass

from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS, PRODUCT_COLOURS


@dataclass(frozen=True)
class Camera:
    """Where the product is seen from."""

    yaw_deg: float
    """Turn around the vertical, positive to the viewer's right."""
    pitch_deg: float
    """Height above the horizon."""
    fill: float
    """Longer side of the product's bounding box divided by the side of the frame."""
    shift_x: float
    """Offset of the product's middle from the frame's, in frame sides; positive to the right."""
    shift_y: float
    """Likewise, positive downwards."""


VIEWS = {"three-quarter": 0.72, "straight": 0.14, "high": 0.14}
"""How often each view is taken. Most pictures are taken the way that shows the product best, as in a catalogue."""

ZOOMS = {"normal": (0.80, 0.73, 0.79), "close": (0.10, 0.86, 0.90), "far": (0.10, 0.56, 0.62)}
"""How often each zoom is taken, and the range of its fill."""


@dataclass(frozen=True)
class Scene:
    """Everything that a picture shows; equal scenes give equal pictures."""

    kind: str
    product_colour: str
    accent_colour: str
    background_colour: str
    material: str
    view: str
    """One of `VIEWS`: "straight" looks along the product's axis, "high" from above."""
    zoom: str
    """One of `ZOOMS`."""
    camera: Camera
    shape: float
    """Proportions within the kind, 0..1."""


def accent_for(product_colour: str, rng: random.Random) -> str:
    """A second colour that goes with the first: mostly the neutral one that stands out from it, sometimes the same."""
    draw = rng.random()
    if draw < 0.2:
        return product_colour
    if draw < 0.4:
        return rng.choice([name for name in ("black", "white", "grey") if name != product_colour])
    return "white" if product_colour in DARK else "black"


DARK = ("black", "blue", "brown", "green", "purple", "red")


def camera_for(kind: str, view: str, zoom: str, rng: random.Random, spread: float) -> Camera:
    """A camera near the view's own; `spread` widens how far it strays (1: a few degrees)."""
    pose = KINDS[kind]
    yaw = 0.0 if view == "straight" else pose.yaw_deg
    pitch = pose.pitch_deg + (16.0 if view == "high" else -2.0 if view == "straight" else 0.0)
    _, low, high = ZOOMS[zoom]
    return Camera(
        yaw_deg=yaw + spread * rng.uniform(-3.0, 3.0),
        pitch_deg=pitch + spread * rng.uniform(-1.5, 1.5),
        fill=rng.uniform(low, high),
        shift_x=rng.uniform(-0.008, 0.008),
        shift_y=rng.uniform(-0.008, 0.012),
    )


def random_scene(seed: int, kind: str | None = None, spread: float = 1.0) -> Scene:
    """The scene of a seed, of any kind or the one given. White grounds are asked for most, so they are drawn most.

    `spread` 1 is what studio-tiny learns from; evaluators are measured on wider ones (4: turned by up to 12 degrees).
    """
    rng = random.Random(f"studio-tiny {seed}")
    kind = kind or rng.choice(sorted(KINDS))
    product = rng.choice(sorted(PRODUCT_COLOURS))
    grounds = [name for name in sorted(BACKGROUND_COLOURS) if name != product or name == "white"]
    background = "white" if rng.random() < 0.16 else rng.choice(grounds)
    view = rng.choices(list(VIEWS), weights=list(VIEWS.values()))[0]
    zoom = rng.choices(list(ZOOMS), weights=[often for often, _, _ in ZOOMS.values()])[0]
    return Scene(
        kind=kind,
        product_colour=product,
        accent_colour=accent_for(product, rng),
        background_colour=background,
        material=rng.choices(("matte", "glossy", "metallic"), weights=(5, 4, 2))[0],
        view=view,
        zoom=zoom,
        camera=camera_for(kind, view, zoom, rng, spread),
        shape=rng.random(),
    )
