"""Prompt sets for judging how well the model's unknown-word warning works."""
