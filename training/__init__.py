"""Renderer and training recipe of the embedded model `studio-tiny`. Not part of the wheel.

`training.render` makes pictures with known truth, `training.captions` words for them, and `training.run`
turns both into a folder that diffusers loads. Nothing here imports packshot.
"""
