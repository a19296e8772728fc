"""A policy as SQL over a table of designs."""
