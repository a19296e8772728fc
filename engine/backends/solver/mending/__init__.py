"""The smallest change of a design that helps."""
