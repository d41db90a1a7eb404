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


@dataclass(frozen=True)
class Scene:
    """Everything that a picture shows; equal scenes give equal pictures."""

    kind: str
    product_colour: str
    accent_colour: str
    background_colour: str
    material: str
    camera: Camera
    shape: float
    """Proportions within the kind, 0..1."""


def accent_for(product_colour: str, rng: random.Random) -> str:
    """A second colour that goes with the first: mostly neutral, sometimes the same."""
    if rng.random() < 0.2:
        return product_colour
    neutral = [name for name in ("black", "white", "grey") if name != product_colour]
    return rng.choice(neutral)


def random_scene(seed: int, kind: str | None = None) -> Scene:
    """The scene of a seed, of any kind or the one given. White grounds are asked for most, so they are drawn most."""
    rng = random.Random(f"studio-tiny {seed}")
    kind = kind or rng.choice(sorted(KINDS))
    product = rng.choice(sorted(PRODUCT_COLOURS))
    grounds = [name for name in sorted(BACKGROUND_COLOURS) if name != product or name == "white"]
    background = "white" if rng.random() < 0.16 else rng.choice(grounds)
    pose = KINDS[kind]
    return Scene(
        kind=kind,
        product_colour=product,
        accent_colour=accent_for(product, rng),
        background_colour=background,
        material=rng.choices(("matte", "glossy", "metallic"), weights=(5, 4, 2))[0],
        camera=Camera(
            yaw_deg=pose.yaw_deg + rng.uniform(-12.0, 12.0),
            pitch_deg=pose.pitch_deg + rng.uniform(-4.0, 5.0),
            fill=rng.uniform(0.68, 0.84),
            shift_x=rng.uniform(-0.02, 0.02),
            shift_y=rng.uniform(-0.02, 0.03),
        ),
        shape=rng.random(),
    )
