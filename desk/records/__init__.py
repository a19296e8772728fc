"""What the desk keeps: the tables of its database."""
