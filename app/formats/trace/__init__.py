"""A policy beside its source text."""
