"""Trees to text, in the one layout."""
