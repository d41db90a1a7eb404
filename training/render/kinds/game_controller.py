"""A game controller standing on its two grips, the face leaning back."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points

LEAN_COS, LEAN_SIN = math.cos(0.4), math.sin(0.4)


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    spread = 0.66 + 0.06 * shape
    for i in range(x.shape[0]):
        cy = y[i] - 0.61
        px, py, pz = abs(x[i]), cy * LEAN_COS - z[i] * LEAN_SIN, z[i] * LEAN_COS + cy * LEAN_SIN
        # Body and grips: one rounded outline made thick.
        middle = sdf.rectangle(px, py - 0.03, 0.7, 0.37, 0.28)
        grip = sdf.segment(px, py, 0.54, 0.02, spread, -0.44, 0.2)
        body = sdf.extrude(sdf.smooth_min(middle, grip, 0.12), pz, 0.15, 0.13)
        d, p = body, 0.0
        shoulder = sdf.box(px - 0.43, py - 0.37, pz + 0.03, 0.19, 0.09, 0.09, 0.06)
        d, p = sdf.nearer(d, p, shoulder, 1.0)
        # Cross pad on the left, four buttons on the right, by folding each around its middle.
        left = x[i] + 0.44
        cross = min(
            sdf.rectangle(left, py - 0.13, 0.165, 0.055, 0.02), sdf.rectangle(left, py - 0.13, 0.055, 0.165, 0.02)
        )
        d, p = sdf.nearer(d, p, sdf.extrude(cross, pz - 0.16, 0.04, 0.015), 2.0)
        bx, by = abs(x[i] - 0.44), abs(py - 0.13)
        far, near = max(bx, by), min(bx, by)
        button = sdf.cylinder(far - 0.125, pz - 0.16, near, 0.067, 0.045, 0.02)
        d, p = sdf.nearer(d, p, button, 1.0)
        # Thumb sticks: a stem with a broad cap.
        sx, sy = px - 0.22, py + 0.14
        stick = sdf.cylinder(sx, pz - 0.18, sy, 0.075, 0.08, 0.01)
        cap = sdf.cylinder(sx, pz - 0.26, sy, 0.13, 0.035, 0.03)
        d, p = sdf.nearer(d, p, min(stick, cap), 2.0)
        home = sdf.cylinder(px, pz - 0.15, py - 0.16, 0.055, 0.025, 0.01)
        d, p = sdf.nearer(d, p, home, 4.0)
        distance[i] = d * 0.95
        part[i] = p


KIND = Kind(
    "a game controller",
    (
        "a gamepad",
        "a controller",
        "a video game controller",
        "a wireless controller",
        "a gaming controller",
        "a game pad",
    ),
    solid,
    (0.93, 0.55, 0.46),
    yaw_deg=-10.0,
    pitch_deg=28.0,
)
