"""What a reviewer signs, as finished values: the dossier of a design, and a signed statement of its verdict."""
