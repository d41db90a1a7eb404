"""Speed and memory against plain diffusers, as ratios in one process. Not in the wheel, and never a test."""
