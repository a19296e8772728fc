"""What keeps the start of a command quick: cheap dataclasses, and a private cache."""
