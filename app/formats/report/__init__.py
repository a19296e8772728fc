"""A judged design, in every format."""
