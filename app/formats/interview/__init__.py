"""A session with one question at a time, as lines for a terminal."""
