"""Designs given as JSON: where their values stand, what fits the vocabulary, and the syntax tree they mean."""
