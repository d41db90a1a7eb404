"""What a person would have typed to get a scene. Knows words only: no pictures, no tensors, no tokenizer."""

import random

from training.dataset import Item
from training.render import KINDS, Scene

QUALITY = (
    "ultra-realistic",
    "photorealistic",
    "realistic",
    "high quality",
    "professional",
    "hyperrealistic",
    "clean",
    "premium",
)
SHOTS = (
    "product photo",
    "product photo",
    "product photo",
    "studio photo",
    "photo",
    "product shot",
    "packshot",
    "product photography",
    "picture",
    "image",
)
GROUNDS = ("background", "background", "background", "backdrop", "studio background")
EXTRAS = (
    "studio lighting", "soft shadow", "very sharp", "sharp focus", "soft light", "highly detailed", "8k", "4k",
    "e-commerce",
    "professional lighting", "centered", "centred", "softbox lighting", "commercial photography", "catalogue photo",
    "soft shadows", "high resolution", "clean composition", "natural shadow", "minimalist", "sharp", "hd", "catalog",
)  # fmt: skip
FAVOURITE = (
    "studio lighting, soft shadow, very sharp",
    "studio lighting, soft shadow, sharp focus",
    "studio lighting, very sharp",
)
NEGATIVE = (
    "text", "watermark", "logo", "low quality", "blurry", "deformed", "bad quality", "worst quality", "distorted",
    "jpeg artifacts", "noise", "cropped", "ugly", "pixelated", "extra parts", "oversaturated", "lowres", "signature",
)  # fmt: skip
LAB_NEGATIVE = "text, watermark, logo, low quality, blurry, deformed"
MATERIAL_WORDS = {
    "matte": ("matte", "matt"),
    "glossy": ("glossy", "shiny", "polished"),
    "metallic": ("metallic", "metal"),
}
VIEW_WORDS = {
    "three-quarter": ("three-quarter view", "3/4 view", "angled view"),
    "high": ("from above", "high angle view", "high angle", "seen from above"),
}
ZOOM_WORDS = {
    "normal": (),
    "close": ("close-up", "close up", "closeup", "close-up shot"),
    "far": ("wide shot", "small in the frame", "negative space", "lots of negative space"),
}
COLOUR_WORDS = {
    "grey": ("grey", "gray"),
    "light grey": ("light grey", "light gray"),
    "white": ("white", "white", "pure white"),
    "purple": ("purple", "purple", "violet"),
    "beige": ("beige", "beige", "cream"),
}


def spelled(colour: str, rng: random.Random) -> str:
    """One of the ways to write a colour of a background."""
    return rng.choice(COLOUR_WORDS.get(colour, (colour,)))


def with_article(noun: str) -> str:
    """Puts "an" where the word after "a" starts with a vowel."""
    if noun.startswith("a ") and noun[2] in "aeiou":
        return "an " + noun[2:]
    return noun


def described(noun: str, words: list[str]) -> str:
    """Adjectives where English wants them: "a pair of red shoes", "a red mug", "red trainers"."""
    inner = " ".join(words)
    if not inner:
        return noun
    for lead in ("a pair of ", "a ", "an "):
        if noun.startswith(lead):
            return with_article(("a " if lead == "an " else lead) + inner + " " + noun[len(lead) :])
    return inner + " " + noun


def product(scene: Scene, rng: random.Random) -> str:
    """The product with none, some or all of its attributes."""
    kind = KINDS[scene.kind]
    noun = kind.name if rng.random() < 0.55 else rng.choice(kind.synonyms)
    words = []
    if rng.random() < 0.3:
        words.append(rng.choice(MATERIAL_WORDS[scene.material]))
    if rng.random() < 0.78:
        colour = scene.product_colour
        words.append(rng.choice(("grey", "gray")) if colour == "grey" else colour)
    text = described(noun, words)
    if words and words[-1] == scene.product_colour and rng.random() < 0.06:
        text = f"{described(noun, words[:-1])} in {words[-1]}"
    if scene.accent_colour != scene.product_colour and rng.random() < 0.06:
        text += f" with {scene.accent_colour} details"
    return text


def seen(scene: Scene, rng: random.Random) -> list[str]:
    """Words for view and zoom: mostly said where they are unusual, seldom where they are what anyone expects."""
    said = []
    if rng.random() < (0.15 if scene.view == "three-quarter" else 0.6):
        words = VIEW_WORDS.get(scene.view, (KINDS[scene.kind].straight, "straight on", KINDS[scene.kind].straight))
        said.append(rng.choice(words))
    if ZOOM_WORDS[scene.zoom] and rng.random() < 0.6:
        said.append(rng.choice(ZOOM_WORDS[scene.zoom]))
    return said


def caption(scene: Scene, rng: random.Random) -> str:
    """One caption of the scene; `rng` chooses words, order and what is left out."""
    what = product(scene, rng)
    paper = spelled(scene.background_colour, rng)
    ground = rng.choice(GROUNDS)
    extras = [rng.choice(FAVOURITE)] if rng.random() < 0.35 else rng.sample(EXTRAS, rng.randint(0, 3))
    extras = [*seen(scene, rng), *extras]
    quality = rng.choice(QUALITY) + " " if rng.random() < 0.6 else ""
    article = "a " if rng.random() < 0.2 else ""
    style = rng.random()
    if style < 0.62:
        where = rng.choice(
            (
                f"on {{}} {paper} {ground}",
                f"on {{}} {paper} {ground}",
                f"in front of {{}} {paper} {ground}",
                f"against {{}} {paper} {ground}",
            )
        )
        where = where.format("an" if paper[0] in "aeiou" else "a")
        if rng.random() < 0.1:
            where = rng.choice((f"on {paper}", f"on {paper} background"))
        if rng.random() < 0.08:
            where = ""
        text = f"{article}{quality}{rng.choice(SHOTS)} of {what} {where}".strip()
    elif style < 0.82:
        text = f"{what}, {paper} {ground}" if rng.random() < 0.7 else what
        if rng.random() < 0.4:
            text += f", {quality}{rng.choice(SHOTS)}"
    else:
        text = f"{what} on a {paper} {ground}" if paper[0] not in "aeiou" else f"{what} on an {paper} {ground}"
    text = ", ".join([text, *extras])
    return with_article(text) if text.startswith("a ") else text


def negative(rng: random.Random) -> str:
    """What people put into the negative prompt."""
    if rng.random() < 0.3:
        return LAB_NEGATIVE
    return ", ".join(rng.sample(NEGATIVE, rng.randint(1, 8)))


def caption_of(item: Item, variant: int) -> str:
    """The caption number `variant` of a training picture. A faulty picture is told by the words for its fault."""
    rng = random.Random(f"caption {item.seed} {variant}")
    if item.fault is None:
        return caption(item.scene, rng)
    faults = [*rng.sample(NEGATIVE, rng.randint(0, 3)), item.fault]
    rng.shuffle(faults)
    words = ", ".join(dict.fromkeys(faults))
    return words if rng.random() < 0.4 else f"{caption(item.scene, rng)}, {words}"


def dropped(rng: random.Random) -> str:
    """The caption of a picture whose caption is withheld: nothing, or a negative prompt, so that both mean nothing."""
    return "" if rng.random() < 0.5 else negative(rng)
