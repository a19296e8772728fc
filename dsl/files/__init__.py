"""The one door to files: what may be read, how much of it, and what is said if it may not."""
