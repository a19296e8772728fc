"""One design across time, and across all packs: from a path to what is printed, and an exit code."""
