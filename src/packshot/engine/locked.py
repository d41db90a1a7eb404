"""The end of every product lock: the product's pixels go back, and it is measured that they are the photo's.

Imports no torch: an engine without a model ends here too.
"""

from __future__ import annotations

from packshot.errors import EngineError
from packshot.product import PlacedProduct, contact_shadow, deviation_of, fit_light, on_white, put_back
from packshot.resolve import Order
from packshot.result import LockMeasure, Pixels
from packshot.spec import LockPin, Shadow


def put_product_back(pin: LockPin, product: PlacedProduct, ground: Pixels | None) -> tuple[Pixels, LockMeasure]:
    """The product with its shadow over a ground (H, W, 3), or over pure white, and how well the promise is kept.

    Raises EngineError (`picture.lock`) where a pixel inside the eroded mask is not the photo's.
    """
    shadow = contact_shadow(product) if pin.shadow is Shadow.NATURAL else None
    pixels = on_white(product, shadow) if ground is None else put_back(ground, product, shadow)
    return pixels, measured(pixels, product)


def measured(pixels: Pixels, product: PlacedProduct) -> LockMeasure:
    """What a finished picture (H, W, 3) measures. Raises EngineError (`picture.lock`) where the promise is broken."""
    found = deviation_of(pixels, product)
    if found.core_difference:
        raise EngineError(
            "picture.lock",
            "the locked product's pixels were changed",
            expected="a difference of 0 inside the eroded mask",
            got=f"{found.core_difference} grey levels",
            hint="this is a mistake of the program: please report it with the photo",
        )
    return found


def put_into_scene(order: Order, scene: Pixels) -> tuple[Pixels, LockMeasure | None]:
    """What a model made (H, W, 3), fitted to a locked product's light, with the product in it; as it is without a lock.

    Raises EngineError (`picture.lock`).
    """
    pin, product = order.resolved.intent.lock, order.product
    if pin is None or product is None:
        return scene, None
    return put_product_back(pin, product, fit_light(scene, product))
