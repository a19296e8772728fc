"""Designs given as JSON: where their values stand, what fits, and the tree that they mean."""
