"""The part of Create that locks a product: its photo, its mask, its place, and what was kept of it."""
