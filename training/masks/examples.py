"""One picture to learn from, with how much of each place is product: a pure function of its number and the store.

The product is the thing in front: the sharpest and largest, and nothing hides it. What stands behind is smaller or out
of focus. Knows nothing about networks.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.masks.placing import Light, Place, Placed, Share, blurred, bytes_of, cast, laid, light_of, placed
from training.masks.sprites import Sprite
from training.masks.store import Bytes, Store
from training.render import BACKGROUND_COLOURS
from training.render.studio import to_linear

GROUNDS = (
    ("paper", 0.22),
    ("crowd", 0.16),
    ("floor", 0.12),
    ("photo", 0.2),
    ("crowded photo", 0.06),
    ("scene", 0.24),
)
"""What stands behind the product, and how often."""
CLOTHES = 0.3
"""Share of the products that come from photos."""
PAPERS = [to_linear(np.array(colour)) for _, colour in sorted(BACKGROUND_COLOURS.items())]


def example(store: Store, number: int, side: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(side, side, 3) sRGB and the coverage (side/2, side/2) 0..1."""
    rng = np.random.default_rng((2026, number))
    what = str(rng.choice([name for name, _ in GROUNDS], p=[share for _, share in GROUNDS]))
    if what == "scene" and len(store.scenes):
        return _seen(store, side, rng)
    light = _ground(store, what, side, rng)
    clothes = rng.random() < CLOTHES and len(store.clothes) > 0
    squeeze = float(np.exp(rng.normal(0.0, 0.25)))
    crowded = what.startswith("crowd")
    place = _place(rng, crowded, clothes, squeeze)
    if crowded:
        for _ in range(rng.integers(1, 4)):
            other = placed(_sprite(store, rng), _behind(place, rng), side)
            light = laid(light, other)
    thing = placed(_coloured(_sprite(store, rng, clothes), store, rng), place, side)
    if not thing.shadow.any() and rng.random() < 0.7:
        thing = Placed(thing.light, thing.cover, cast(thing.cover, rng))
    light = laid(light, thing)
    cover = thing.cover
    if rng.random() < 0.12:
        light, cover = _cut(light, cover, rng)
    return _kept(light, cover, rng)


def _seen(store: Store, side: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A whole scene, mirrored, and a window of it."""
    scene = np.asarray(store.scenes[rng.integers(len(store.scenes))])
    scene = np.asarray(cv2.resize(scene, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    scene = scene[:, ::-1] if rng.random() < 0.5 else scene
    light, cover = light_of(scene[..., :3]), scene[..., 3].astype(np.float32) / 255.0
    if rng.random() < 0.5:
        light, cover = _cut(light, cover, rng)
    return _kept(light, cover, rng)


def _kept(light: Light, cover: Share, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    side = cover.shape[0]
    truth = np.asarray(cv2.resize(cover, (side // 2, side // 2), interpolation=cv2.INTER_AREA), dtype=np.float32)
    return _taken(light, rng), truth


def _place(rng: np.random.Generator, crowded: bool, clothes: bool, squeeze: float) -> Place:
    size = float(rng.uniform(0.42, 0.66) if crowded else rng.choice((rng.uniform(0.35, 0.7), rng.uniform(0.66, 0.93))))
    room = max(0.0, 1.0 - size) / 2
    tilt = float(rng.normal(0.0, 25.0 if clothes else 5.0))
    if rng.random() < 0.06:
        tilt += float(rng.choice((90.0, 180.0, 270.0)))
    return Place(
        x=0.5 + float(np.clip(rng.normal(0.0, 0.4), -1.0, 1.0)) * room,
        y=0.5 + float(np.clip(rng.normal(0.2 if crowded else 0.0, 0.4), -1.0, 1.0)) * room,
        size=size,
        turn_deg=tilt,
        squeeze=squeeze,
        mirrored=bool(rng.random() < 0.5),
        blur=0.0,
        shadow=float(rng.uniform(0.3, 1.15)),
    )


def _behind(front: Place, rng: np.random.Generator) -> Place:
    """Further away: smaller, its foot higher in the picture, a little blurred."""
    size = front.size * float(rng.uniform(0.35, 0.85))
    foot = front.y + front.size / 2 - float(rng.uniform(0.04, 0.4))
    return Place(
        x=front.x + float(rng.choice((-1.0, 1.0)) * rng.uniform(0.05, 0.55)),
        y=foot - size / 2,
        size=size,
        turn_deg=float(rng.normal(0.0, 4.0)),
        squeeze=front.squeeze,
        mirrored=bool(rng.random() < 0.5),
        blur=float(rng.uniform(0.001, 0.007) if rng.random() < 0.8 else rng.uniform(0.007, 0.02)),
        shadow=float(rng.uniform(0.3, 1.15)),
    )


def _sprite(store: Store, rng: np.random.Generator, clothes: bool | None = None) -> Sprite:
    if clothes is None:
        clothes = rng.random() < 0.2 and len(store.clothes) > 0
    source = store.clothes if clothes else store.renders
    return np.asarray(source[rng.integers(len(source))])


def _coloured(sprite: Sprite, store: Store, rng: np.random.Generator) -> Sprite:
    """As it is, in another colour, nearly white, or of a photo's cloth."""
    draw = rng.random()
    if draw < 0.5:
        return sprite
    light = light_of(sprite[..., :3])
    if draw < 0.7:
        gain = np.exp(rng.normal(0.0, 0.35, 3) + rng.normal(0.0, 0.3))
        light = light * gain
    elif draw < 0.8:
        pale = rng.uniform(0.5, 0.95)
        light = light * (1.0 - pale) + pale * light.mean(axis=2, keepdims=True) ** 0.25
    elif len(store.photos):
        inside = sprite[..., 3] > 200
        grey = light.mean(axis=2)
        shade = grey / max(float(np.percentile(grey[inside], 80)) if inside.any() else 1.0, 0.02)
        cloth = light_of(_crop(store.photos[rng.integers(len(store.photos))], rng, 0.25, 0.6, middle=True, side=192))
        light = cloth * np.clip(shade, 0.15, 1.6)[..., None]
    made = sprite.copy()
    made[..., :3] = bytes_of(light.astype(np.float32))
    return made


def _ground(store: Store, what: str, side: int, rng: np.random.Generator) -> Light:
    if what in ("photo", "crowded photo") and len(store.photos):
        photo = store.photos[rng.integers(len(store.photos))]
        light = light_of(_crop(photo, rng, 0.3, 0.75, middle=False, side=side))
        if rng.random() < 0.4:
            light = blurred(light, float(rng.uniform(0.003, 0.03)) * side)
        return light
    if what == "floor" or (what == "crowded photo" and len(store.floors)):
        floor = np.asarray(store.floors[rng.integers(len(store.floors))])
        if rng.random() < 0.5:
            floor = _crop(floor, rng, 0.5, 1.0, middle=True, side=side)
        floor = floor[:, ::-1] if rng.random() < 0.5 else floor
        return light_of(np.asarray(cv2.resize(floor, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8))
    return _paper(side, rng)


def _paper(side: int, rng: np.random.Generator) -> Light:
    """One colour, perhaps a second above a horizon, with a lamp's fall-off."""
    draw = rng.random()
    colour = PAPERS[rng.integers(len(PAPERS))] if draw < 0.6 else rng.uniform(0.0, 1.0, 3) ** 2
    if draw > 0.8:
        colour = np.full(3, rng.uniform(0.75, 1.0))
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    lamp = 1.0 + rng.normal(0.0, 0.12) * x + rng.normal(0.0, 0.15) * y
    lamp -= abs(rng.normal(0.0, 0.25)) * ((x - rng.uniform(-0.3, 0.3)) ** 2 + (y - rng.uniform(-0.3, 0.3)) ** 2)
    light = np.broadcast_to(colour, (side, side, 3)).astype(np.float32).copy()
    if rng.random() < 0.15:
        below = y > rng.uniform(-0.35, 0.2)
        light[below] = light[below] * np.float32(rng.uniform(0.5, 1.3)) + np.float32(rng.uniform(-0.1, 0.1))
    return np.asarray(light * lamp[..., None], dtype=np.float32)


def _crop(picture: Bytes, rng: np.random.Generator, least: float, most: float, middle: bool, side: int) -> Bytes:
    """A square window of the picture; without `middle` it leans to a corner, where photos show their ground."""
    height, width = picture.shape[:2]
    span = max(16, int(rng.uniform(least, most) * min(height, width)))
    places = rng.random(2) if middle else np.clip(rng.choice((0.0, 1.0), 2) + rng.normal(0.0, 0.2, 2), 0.0, 1.0)
    y, x = (places * (height - span, width - span)).astype(int)
    window = np.ascontiguousarray(picture[y : y + span, x : x + span])
    return np.asarray(cv2.resize(window, (side, side), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _cut(light: Light, cover: Share, rng: np.random.Generator) -> tuple[Light, Share]:
    """A window in which the frame may cut the product."""
    side = cover.shape[0]
    span = int(rng.uniform(0.55, 0.9) * side)
    y, x = rng.integers(0, side - span + 1, 2)
    part = cover[y : y + span, x : x + span]
    if part.sum() < 0.5 * cover.sum():
        return light, cover
    size = (side, side)
    return (
        np.asarray(cv2.resize(light[y : y + span, x : x + span], size), dtype=np.float32),
        np.asarray(cv2.resize(part, size), dtype=np.float32),
    )


def _taken(light: Light, rng: np.random.Generator) -> NDArray[np.uint8]:
    """As a camera would store it: exposure, white balance, blur, grain, JPEG."""
    gain = np.exp(rng.normal(0.0, 0.2) + rng.normal(0.0, 0.05, 3)).astype(np.float32)
    if rng.random() < 0.6:
        light = light * gain
    if rng.random() < 0.3:
        light = blurred(light, float(rng.uniform(0.3, 1.1)))
    picture = bytes_of(light)
    if rng.random() < 0.5:
        grain = rng.standard_normal((picture.shape[0], picture.shape[1], 1), dtype=np.float32)
        picture = np.clip(picture + float(rng.uniform(1.0, 7.0)) * grain + 0.5, 0, 255).astype(np.uint8)
    if rng.random() < 0.03:
        picture = np.repeat(picture.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    if rng.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))]
        picture = np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR))
    return np.ascontiguousarray(picture)
