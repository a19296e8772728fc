"""The desk: as its users meet it, and what holds whoever uses it."""
