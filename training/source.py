"""`python -m training.source FILE`: the picture that the lab's image-to-image runs start from.

Red running shoes on light grey paper, seen from a little higher than any training view, from a seed never trained on.
"""

import sys
from dataclasses import replace

from PIL import Image

from training.dataset import UNSEEN
from training.render import Camera, Render, Scene, random_scene, render

SIZE = 512


def scene() -> Scene:
    """The lab's source scene."""
    return replace(
        random_scene(UNSEEN + 42, "running shoes"),
        product_colour="red",
        accent_colour="white",
        background_colour="light grey",
        material="matte",
        view="three-quarter",
        zoom="normal",
        camera=Camera(yaw_deg=-12.0, pitch_deg=20.0, fill=0.8, shift_x=0.0, shift_y=0.01),
    )


def draw() -> Render:
    """The source with its truth, 512 x 512."""
    return render(scene(), SIZE)


if __name__ == "__main__":
    Image.fromarray(draw().picture).save(sys.argv[1], optimize=True)
