"""What to ask of an open design: facts that can still matter, in which order, and which answers settle it."""
