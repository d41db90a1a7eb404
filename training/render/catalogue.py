"""All kinds by their short name. The order of the table means nothing; names are sorted where order matters."""

from training.render.kind import Kind
from training.render.kinds import (
    backpack,
    bottle,
    camera,
    chair,
    desk_lamp,
    game_controller,
    handbag,
    headphones,
    mug,
    perfume_bottle,
    running_shoes,
    suitcase,
    sunglasses,
    teapot,
    wristwatch,
)

KINDS: dict[str, Kind] = {
    "running shoes": running_shoes.KIND,
    "headphones": headphones.KIND,
    "backpack": backpack.KIND,
    "wristwatch": wristwatch.KIND,
    "mug": mug.KIND,
    "bottle": bottle.KIND,
    "handbag": handbag.KIND,
    "desk lamp": desk_lamp.KIND,
    "chair": chair.KIND,
    "camera": camera.KIND,
    "suitcase": suitcase.KIND,
    "game controller": game_controller.KIND,
    "sunglasses": sunglasses.KIND,
    "perfume bottle": perfume_bottle.KIND,
    "teapot": teapot.KIND,
}
