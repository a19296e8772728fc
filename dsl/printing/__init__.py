"""Prints syntax trees as text, in the one layout that `clausewise fmt` gives every file."""
