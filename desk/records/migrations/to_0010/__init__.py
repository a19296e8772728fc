"""The first ten, in a folder of their own."""
