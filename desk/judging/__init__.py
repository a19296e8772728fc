"""What becomes of a version: people's judgements in its text, the verdict, and what a letter says of it."""
