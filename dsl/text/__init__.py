"""Texts and places in them, mistakes as values, names and what was perhaps meant."""
