"""A design through time: for a terminal, and as JSON."""
