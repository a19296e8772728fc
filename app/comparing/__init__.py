"""What changes from one policy, or one vocabulary, to another."""
