"""Tests of `packshot.metadata`."""
