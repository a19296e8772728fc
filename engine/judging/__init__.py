"""What the language means: the recorded evaluation, its reasons, outcomes and verdict."""
