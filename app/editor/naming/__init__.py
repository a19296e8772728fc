"""What the names in a text stand for, where they are declared, and where else they stand."""
