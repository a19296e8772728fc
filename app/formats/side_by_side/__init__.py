"""One design by several policies, side by side: for a terminal, and as a page of HTML."""
