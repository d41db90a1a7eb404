"""A backpack with a front pocket, side pockets, a handle and shoulder straps."""

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    width = 0.5 + 0.05 * shape
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i], z[i]
        taper = 1.0 + 0.16 * max(py - 0.5, 0.0)
        qx = px * taper
        body = sdf.box(qx, py - 0.75, pz * taper, width, 0.75, 0.29, 0.22) * 0.92
        d, p = body, 0.0
        seam_y = py - 1.02 - 0.1 * (1.0 - min(qx / width, 1.0))
        p = 4.0 if abs(abs(seam_y) - 0.0) < 0.022 and pz > 0.0 else p
        pocket = sdf.box(px, py - 0.42, pz - 0.27, width - 0.09, 0.34, 0.17, 0.13)
        pocket_part = 4.0 if abs(py - 0.66) < 0.02 else 0.0
        d, p = sdf.nearer(d, p, pocket, pocket_part)
        patch = sdf.box(px, py - 0.46, pz - 0.44, 0.12, 0.075, 0.02, 0.015)
        d, p = sdf.nearer(d, p, patch, 1.0)
        side = sdf.box(px - width, py - 0.33, pz, 0.12, 0.3, 0.2, 0.1)
        d, p = sdf.nearer(d, p, side, 1.0)
        ring_x, ring_y = px, py - 1.5
        handle = sdf.extrude(abs(sdf.rectangle(ring_x, ring_y, 0.16, 0.13, 0.12)) - 0.025, pz + 0.1, 0.05, 0.02)
        d, p = sdf.nearer(d, p, handle, 2.0)
        strap = sdf.capsule(px, py, pz * 0.6, width - 0.22, 1.36, -0.17, width + 0.1, 0.7, -0.27, 0.07, 0.06)
        strap_low = sdf.capsule(px, py, pz * 0.6, width + 0.1, 0.7, -0.27, width - 0.04, 0.15, -0.2, 0.06, 0.03)
        d, p = sdf.nearer(d, p, min(strap, strap_low), 2.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a backpack",
    ("a rucksack", "a school backpack", "a daypack", "a travel backpack", "a laptop backpack"),
    solid,
    (0.78, 0.84, 0.62),
    yaw_deg=-22.0,
    pitch_deg=9.0,
)
