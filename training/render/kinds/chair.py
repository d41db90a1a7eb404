"""A chair: a padded seat and back on four wooden legs."""

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    back_top = 1.5 + 0.12 * shape
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i], z[i]
        seat = sdf.box(px, py - 0.78, pz, 0.44, 0.075, 0.42, 0.07)
        lean = pz + 0.4 + 0.22 * (py - 0.8) - 0.28 * px * px
        back_mid = 0.5 * (back_top + 0.98)
        back = sdf.box(px, py - back_mid, lean, 0.42, back_top - back_mid, 0.06, 0.055) * 0.95
        d, p = min(seat, back), 0.0
        post = sdf.capsule(px, py, pz, 0.28, 0.75, -0.36, 0.28, 1.2, -0.47, 0.035, 0.035)
        front = sdf.capsule(px, py, pz, 0.33, 0.75, 0.3, 0.4, 0.025, 0.39, 0.05, 0.028)
        rear = sdf.capsule(px, py, pz, 0.33, 0.75, -0.3, 0.4, 0.025, -0.45, 0.05, 0.028)
        d, p = sdf.nearer(d, p, min(front, rear), 6.0)
        d, p = sdf.nearer(d, p, post, 6.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a chair",
    ("a dining chair", "a wooden chair", "a modern chair", "a kitchen chair", "an upholstered chair"),
    solid,
    (0.48, 0.83, 0.72),
    yaw_deg=-30.0,
    pitch_deg=12.0,
)
