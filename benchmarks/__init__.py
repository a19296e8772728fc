"""Measurements: how fast, against whom, on what. Not part of the package."""
