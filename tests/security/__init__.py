"""What SECURITY.md promises, tried as a stranger would: a file for each promise."""
