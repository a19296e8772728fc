"""Clausewise output formats: a report in, text out."""
