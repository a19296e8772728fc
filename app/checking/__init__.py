"""Judging designs: the whole way from a file to its reports."""
