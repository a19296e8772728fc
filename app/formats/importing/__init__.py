"""What an import came to, for people."""
