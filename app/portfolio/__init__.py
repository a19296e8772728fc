"""Many designs judged at once."""
