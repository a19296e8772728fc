"""What came of cases, and of mutants."""
