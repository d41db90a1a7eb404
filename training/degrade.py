"""What negative prompts name, done to a picture: blur, noise, compression, text and marks stuck on. Knows no scenes."""

import io
import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WORDS = ("SALE", "NEW", "BEST", "SHOP", "COPYRIGHT", "SAMPLE", "-50%", "OFFER")

FAULTS = ("blurry", "low quality", "text", "watermark")


def degrade(picture: NDArray[np.uint8], fault: str, seed: int) -> NDArray[np.uint8]:
    """The (H, W, 3) picture with one fault of `FAULTS`, the same for the same seed."""
    rng = random.Random(f"degrade {seed}")
    image = Image.fromarray(picture)
    if fault == "blurry":
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(1.5, 4.0)))
    elif fault == "low quality":
        small = image.resize((rng.randint(48, 90),) * 2).resize(image.size, Image.Resampling.NEAREST)
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=rng.randint(5, 20))
        image = Image.open(buffer).convert("RGB")
    else:
        layer = Image.new("RGBA", image.size)
        draw = ImageDraw.Draw(layer)
        font = ImageFont.load_default(size=rng.randint(22, 46))
        colour = rng.choice(((0, 0, 0), (255, 255, 255), (200, 20, 20)))
        opacity = 255 if fault == "text" else 110
        for _ in range(1 if fault == "text" else 4):
            place = (rng.randint(0, image.width * 2 // 3), rng.randint(0, image.height * 5 // 6))
            draw.text(place, rng.choice(WORDS), fill=(*colour, opacity), font=font)
        image = Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
    return np.asarray(image)
