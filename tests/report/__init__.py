"""Tests of `packshot.report`."""
