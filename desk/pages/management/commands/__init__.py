"""Commands for whoever works on the desk itself."""
