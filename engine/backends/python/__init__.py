"""A policy as generated Python, for many designs."""
