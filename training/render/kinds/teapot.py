"""A teapot: a round body with a curved spout, a handle, and a lid with a knob."""

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    half = 0.45 + 0.06 * shape
    for i in range(x.shape[0]):
        px, py, pz = x[i], y[i] - half - 0.02, z[i]
        body = sdf.ellipsoid(px, py, pz, 0.6, half, 0.6)
        foot = sdf.cylinder(px, py + half - 0.03, pz, 0.33, 0.05, 0.02)
        body = sdf.smooth_min(body, foot, 0.06)
        low = sdf.capsule(px, py, pz, 0.42, -0.15, 0.0, 0.76, 0.02, 0.0, 0.2, 0.125)
        high = sdf.capsule(px, py, pz, 0.76, 0.02, 0.0, 0.99, 0.44, 0.0, 0.125, 0.085)
        lip = 0.25 * (px - 0.95) + 0.968 * (py - 0.37)
        spout = sdf.smooth_max(sdf.smooth_min(low, high, 0.15), lip, 0.02)
        bore = sdf.capsule(px, py, pz, 0.88, 0.24, 0.0, 1.0, 0.46, 0.0, 0.045, 0.055)
        ring = sdf.extrude(abs(sdf.rectangle(px + 0.62, py - 0.02, 0.34, 0.29, 0.26)) - 0.06, pz, 0.065, 0.055)
        pot = sdf.smooth_min(body, spout, 0.1)
        pot = sdf.smooth_min(pot, max(ring, sdf.ellipsoid(px, py, pz, 0.5, half - 0.1, 0.5) * -1.0), 0.06)
        pot = sdf.smooth_max(pot, -bore, 0.015)
        d, p = pot, (2.0 if bore < 0.003 else 0.0)
        lid = sdf.ellipsoid(px, py - half + 0.09, pz, 0.3, 0.16, 0.3)
        d, p = sdf.nearer(d, p, lid, 0.0)
        seam = sdf.torus(px, py - half + 0.07, pz, 0.315, 0.04)
        d, p = sdf.nearer(d, p, seam, 1.0)
        stalk = sdf.cylinder(px, py - half - 0.08, pz, 0.05, 0.05, 0.01)
        knob = sdf.sphere(px, (py - half - 0.165) * 1.15, pz, 0.095) * 0.9
        d, p = sdf.nearer(d, p, sdf.smooth_min(stalk, knob, 0.05), 1.0)
        distance[i] = 0.92 * d
        part[i] = p


KIND = Kind(
    "a teapot",
    ("a tea pot", "a ceramic teapot", "a porcelain teapot", "a classic teapot"),
    solid,
    (1.08, 0.66, 0.64),
    yaw_deg=-18.0,
    pitch_deg=13.0,
)
